files-title = Files of { $name }
files-list = Files
files-see = See the page as its visitors do
files-manage = Manage the files
files-empty = There are no files yet. New ones appear here.
files-empty-team = No files yet. What you add is here for everybody whose pass opens it.
files-inside =
    { $count ->
        [one] One file behind this door
       *[other] { $count } files behind this door
    }
files-download = Download
files-download-name = Download { $name }
files-preparing = is being prepared
files-preparing-refusal = This file is being prepared. Try again in a minute.
files-downloads =
    { $count ->
        [one] downloaded once
       *[other] downloaded { $count } times
    }
files-choose = File
files-choose-hint = Up to { $size }. People with a pass can download it; it is never shown in the browser.
files-choose-plain = Without scripts a file can have up to 10 MB.
files-about = What is in it
files-send = Upload the file
files-sending-list = Files on their way
files-state-sending = on its way
files-state-paused = paused
files-state-waiting = The connection is gone. It goes on by itself.
files-state-ending = being put together
files-state-done = done
files-state-failed = stopped
files-pause = Pause
files-resume = Go on
files-cancel = Cancel
files-open = Not complete yet
files-open-hint = Choose the same file again, and it goes on where it stopped. What is not complete after a day is deleted.
files-arrived = { $received } of { $size }
files-edit = Change
files-edit-name = Change { $name }
files-edit-title = Change a file
files-name = Name
files-name-hint = The ending says which program opens it.
files-save = Save the file
files-saved = The file is saved.
files-added = “{ $name }” is added.
files-deleted = “{ $name }” is deleted.
files-delete = Delete the file
files-delete-open = Delete the file…
files-delete-words = Nobody can download it any more. This cannot be undone.
files-error-none = Choose a file first.
files-error-empty = This file is empty.
files-error-scripts = Without scripts a file can have up to { $size }.
files-error-more = More was sent than was announced.
files-error-large = This file is larger than a file may be here.
files-error-many = This space has as many files as a space can have. Delete one first.
files-error-room = This space has no room for it. Delete a file first.
files-error-own-room = Your files in all spaces take all the room that one person has here. Delete one first.
files-error-all-room = This server has no room for more files. Tell its operators.
files-error-open = Several files are on their way already. Wait until one has arrived, or cancel it.
files-error-ended = This file was not sent within a day. Begin again.
files-error-offset = More or less of this file has arrived than this request says.
files-error-objects = We cannot keep files at the moment. Try again in a moment.
files-often = You have sent many files lately.
files-often-nearby = Many files came from your network lately.
files-name-character = A name cannot contain any of / \ < > : " | ? *
files-name-dot = A name cannot begin or end with a dot.
files-name-device = Some systems keep this name for a device. Choose another one.
files-refusal-tus = This server speaks tus 1.0.0: send Tus-Resumable: 1.0.0.
files-refusal-type = Send the bytes as { $wanted }.
files-refusal-locked = Another request is sending this file at this moment.
files-refusal-sending = You or others are sending files at this moment. This one goes on in a few seconds.
files-refusal-saving = You or others are saving many files at this moment. Try again in a moment.
files-refusal-broken = The connection broke.
files-refusal-slow = This came too slowly.

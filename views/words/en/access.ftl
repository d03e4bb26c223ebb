access-close = Close the space
access-close-heading = Close <space/>
access-close-page = Its page and all links to it say that it has closed. Nobody else gets its address.
access-close-orders =
    { $count ->
        [0] Nothing is sold any more. No order is open.
        [one] Nothing is sold any more. { $shown } order not paid yet ends; a payment that still arrives is refunded.
       *[other] Nothing is sold any more. { $shown } orders not paid yet end; a payment that still arrives is refunded.
    }
access-close-on-air =
    { $count ->
        [0] Nothing is on air. Whoever is inside has to leave at once.
        [one] 1 show is on air and ends. Whoever is inside has to leave at once.
       *[other] { $count } shows are on air and end. Whoever is inside has to leave at once.
    }
access-close-holders =
    { $count ->
        [0] Nobody holds a pass. Their passes open nothing while it is closed. The passes and every receipt stay in their accounts.
        [one] 1 person holds a pass and gets a mail. Their passes open nothing while it is closed. The passes and every receipt stay in their accounts.
       *[other] { $shown } people hold a pass and get a mail. Their passes open nothing while it is closed. The passes and every receipt stay in their accounts.
    }
access-close-untaken =
    { $count ->
        [one] { $shown } pass was bought for an address and not taken yet: its buyer gets the money back.
       *[other] { $shown } passes were bought for an address and not taken yet: their buyers get the money back.
    }
access-close-money =
    { $count ->
        [0] Nothing is paid back by this, and what was paid stays in the books.
       *[other] Nothing else is paid back by this, and what was paid stays in the books.
    }
access-close-reopen = You can reopen it within { $days } days: then the passes open it again. Afterwards it stays closed.
access-close-name = Write the name of the space
access-close-back = Back to the space
access-closed = This space was closed <at/>.
access-closed-until = Its owner can reopen it until <until/>.
access-reopen = Reopen the space
access-closed-for-good = It can no longer be reopened.
access-invitation = An invitation
access-handover-heading = <spaces/> can be yours
access-invitation-heading = Join the team of <spaces/>
access-handover-leaves = As its owner you decide about its team, its money and its end. <inviter/> leaves the team.
access-handover-stays = As its owner you decide about its team, its money and its end. <inviter/> stays as an admin.
access-invitation-until = You can accept until <until/>.
access-handover-accept = Become the owner
access-invitation-accept = Join the team
access-invitation-refuse = No, thanks
access-handover-asks = <inviter/> offers to hand it over to you.
access-invitation-asks = <inviter/> invites you as <role/>.
access-as-owner = an owner
access-as-admin = an admin
access-as-editor = an editor
access-as-moderator = a moderator
access-as-analyst = an analyst
access-sales = Sales page
access-features-hint = One per line, up to { $most }, in the order in which they are shown.
access-sales-lead = What visitors of <page>the page of your space</page> read before they take a pass.
access-features = What people get
access-sales-save = Save the headline and the list
access-questions = Questions and answers
access-questions-empty = What do people ask you before they buy? Answer it here.
access-question-add = Add the question
access-preview = Preview
access-question-up = Move up: { $question }
access-question-down = Move down: { $question }
access-marks = An empty line begins a new paragraph. **bold**, *italic*, lines that begin with - make a list, [words](https://…) a link.
access-preview-published = The space is published: everybody sees it.
access-preview-about = A link to the page as visitors will see it, for people whose opinion you want. It is good for seven days, shows no way to buy, and search engines are told to leave it out.
access-preview-until = Good until <until/>. A new link replaces it.
access-preview-make = Make a new link
access-preview-withdraw = Withdraw the link
access-question-save = Save the question
access-question-delete = Delete the question
access-you-get = What you get
access-preview-notice = This is a preview: the space is not published, and nothing can be bought yet. The link is good until <until/>.
access-no-space = no space
access-spaces-and = { $most } and { $last }
access-role-owner = Owner
access-role-admin = Admin
access-role-editor = Editor
access-role-moderator = Moderator
access-role-analyst = Analyst
access-right-enter = enters every room and sees the space before it is published
access-right-moderate = moderates chats
access-right-host = hosts shows in the studio
access-right-edit = edits the space, its passes and its shows
access-right-manage = invites and removes people
access-right-close = hands the space over or closes it
access-team = Team
access-team-of = Team of <spaces/>
access-team-lead = These people run it. Holders of passes are never among them.
access-members = Members
access-rights = What each role may do
access-handover = Hand it over
access-invitations = Invitations
access-you = you
access-member-since = since <at/>
access-last-owner = A team keeps an owner: hand it over before you leave.
access-role-of = Role of <member/>
access-role-change = Change the role
access-leave-ask = Leave…
access-remove-ask = Remove…
access-leave-words = You lose your role at once, also on pages that are open. Only somebody of the team can bring you back.
access-leave = Leave the team
access-remove-words = <member/> loses the role at once, also on pages that are open. The keys of encoders that they knew become invalid.
access-remove = Remove from the team
access-invited-expired = expired <at/>
access-invited-until = can be accepted until <at/>
access-invited-handover = hands it over
access-invited-again = Send again
access-invited-withdraw = Withdraw
access-invite-hint = We mail a link. Whoever signs in with this address can accept it for seven days.
access-invite = Send the invitation
access-handover-to = To
access-handover-by-email = Somebody by e-mail address
access-handover-stay = I stay as an admin
access-handover-leave = I leave the team
access-handover-about = The new owner of <spaces/> decides about its team, its money and its end, and sets up its payouts anew; until then its money is kept. Nothing changes until they accept, and you can withdraw the offer until then. You both get a mail.
access-handover-if-nobody = if nobody is chosen above
access-handover-afterwards = Afterwards
access-handover-offer = Offer the handover
access-closed-done = The space is closed.
access-close-other-name = Write the name of the space: { $space }
access-closed-already = This space is closed already.
access-reopen-refused = This space cannot be reopened: it is not closed, or was closed more than 30 days ago.
access-reopened = The space is reopened. Publish it when it is ready.
access-role-choose = Choose one of the roles.
access-invite-sent = The invitation is on its way.
access-handover-sent = The offer is on its way. You stay the owner until it is accepted.
access-member-choose = Choose a member of the team.
access-invite-member = This person is on the team already.
access-invite-again = This address is invited already. Send that invitation again, or withdraw it.
access-invite-many = This team has as many open invitations as a team can have. Withdraw one first.
access-team-full = This team has as many members as a team can have.
access-invite-resent = The invitation is on its way again.
access-invite-withdrawn = The invitation is withdrawn.
access-joined = Welcome. You are on the team now.
access-declined = You have turned the invitation down.
access-invitation-gone = There is no such invitation any more: it was accepted, turned down or withdrawn.
access-invitation-other = This invitation was sent to another e-mail address. Sign in with that one to accept it.
access-invitation-expired = This invitation has expired. Ask the team to send it again.
access-sales-saved = The sales page is saved.
access-question-added = The question is added.
access-questions-many = At most { $most } questions. Delete one first.
access-question-saved = The question is saved.
access-question-deleted = The question is deleted.
access-preview-made = The link to the preview is made. Older ones are no longer good.
access-preview-withdrawn = No link leads to a preview any more.
access-role-choose-team = Choose one of the roles of a team.
access-role-changed = The role is changed.
access-left = You have left the team.
access-removed = That person is no longer on the team.
access-owner-last = A team keeps an owner. Make somebody else an owner first, or hand it over.

departure-subject = { $name } has left your team
departure-mail = { $name } ({ $role }) has deleted their account at Backstage Pass, and is no longer on your team. If they could host shows, the keys of your encoders are new: copy them from the studio.

    Your team:
    { $url }
access-people = People with a pass
access-people-all = Everybody with a pass
access-people-empty = Nobody holds a pass for this space yet. Whoever takes or buys one is listed here.
access-see-passes = See your passes
access-people-count =
    { $count ->
        [one] { $shown } person holds a pass for this space.
       *[other] { $shown } people hold a pass for this space.
    }

# Captions of shows, and the address for the programs that send them.

captions-captions = Captions
captions-aloud = Let the screen reader read captions
captions-about = A program that writes down what is said can send it to an address of this show, one line as plain text with each request. Viewers see the line under the picture, and can switch captions off.
captions-example = curl --data-binary 'Good evening.' ADDRESS
captions-secret = Whoever has the address can write under your picture, so keep it to yourself.
captions-address = Address for captions
captions-new-address = Make a new address
captions-new-address-means = The old address stops working at once.
captions-kept = A line has at most { $most } characters, and two are taken each second. In a rehearsal only your team sees them. What is sent while the show is being recorded stands under its replay, and goes with it.
captions-refused-off-air = Captions are taken from the rehearsal to the end of the show.
captions-often = Very many captions came for this show.

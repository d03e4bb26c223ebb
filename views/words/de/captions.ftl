# Untertitel von Shows und die Adresse für die Programme, die sie senden.

captions-captions = Untertitel
captions-aloud = Untertitel vom Screenreader vorlesen lassen
captions-about = Ein Programm, das Gesprochenes mitschreibt, kann es an eine Adresse dieser Show senden, mit jeder Anfrage eine Zeile als reinen Text. Zuschauer sehen die Zeile unter dem Bild und können Untertitel abschalten.
captions-example = curl --data-binary 'Guten Abend.' ADRESSE
captions-secret = Wer die Adresse hat, kann unter Ihr Bild schreiben. Behalten Sie sie also für sich.
captions-address = Adresse für Untertitel
captions-new-address = Neue Adresse erstellen
captions-new-address-means = Die alte Adresse gilt sofort nicht mehr.
captions-kept = Eine Zeile hat höchstens { $most } Zeichen, und zwei werden je Sekunde angenommen. In einer Probe sieht sie nur Ihr Team. Was gesendet wird, während die Show aufgezeichnet wird, steht unter ihrer Wiederholung und verschwindet mit ihr.
captions-refused-off-air = Untertitel werden von der Probe bis zum Ende der Show angenommen.
captions-often = Für diese Show kamen sehr viele Untertitel.

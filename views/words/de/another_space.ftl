another-space-what = Ihnen gehört kein offener Space. Einen neuen sehen nur Sie, bis Sie ihn veröffentlichen; was Sie geschlossen haben, bleibt, wie es ist.
another-space-button = Neuen Space anlegen
another-space-done = Das ist Ihr neuer Space. Geben Sie ihm einen Namen und veröffentlichen Sie ihn, wenn er fertig ist.
another-space-one = Ihnen gehört schon ein Space. Schließen Sie ihn, bevor Sie einen neuen anlegen.
another-space-many = Sie haben sehr viele Spaces geschlossen und können deshalb keinen weiteren anlegen. Schreiben Sie uns unter /contact.

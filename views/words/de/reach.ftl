# Die Prüfung der Verbindung: ob Livebilder einen Browser erreichen.

reach-title = Verbindung prüfen
reach-lead = Livebilder kommen direkt in Ihren Browser: über UDP, oder über TCP, wo ein Netz UDP sperrt. Diese Seite probiert beides und sagt, was zu tun ist, wenn sie nicht ankommen.
reach-link = Verbindung prüfen
reach-browser = Ihr Browser
reach-udp = UDP zu unserem Medienport
reach-tcp = TCP zu unserem Medienport
reach-untried = Noch nicht probiert
reach-trying = Wird probiert{"\u00A0"}…
reach-works = Geht
reach-blocked = Gesperrt
reach-lacks = Kann keine Livebilder abspielen
reach-start = Jetzt prüfen
reach-no-scripts = Die Prüfung braucht Skripte, und die sind in diesem Browser abgeschaltet. Sie würde probieren, ob dieser Browser Livebilder abspielen kann und ob UDP und TCP die Adressen unten erreichen.
reach-well = Livebilder erreichen diesen Browser. Wenn eine Show trotzdem nicht abspielt, laden Sie deren Seite neu. Hilft das nicht, <link>schreiben Sie uns</link>.
reach-only-tcp = Etwas zwischen Ihnen und uns sperrt UDP; Shows kommen deshalb über TCP. Sie spielen ab, können aber stocken, wo das Netz viel verliert. Läuft auf diesem Gerät ein VPN oder eine Firewall, versuchen Sie es ohne. Sonst bitten Sie die Person, die das Netz betreut, UDP zu den Adressen unten zu erlauben.
reach-neither = Weder UDP noch TCP erreicht unseren Medienport; so kann kein Livebild ankommen. Versuchen Sie es ohne VPN oder in einem anderen Netz, etwa dem Ihres Telefons. In einer Firma bitten Sie die Person, die das Netz betreut, die Adressen unten zu erlauben.
reach-no-webrtc = Dieser Browser hat kein WebRTC, das Livebilder brauchen. Manche Erweiterungen und Einstellungen schalten es ab. Schalten Sie es wieder ein, oder verwenden Sie ein aktuelles Chrome, Edge, Firefox oder Safari.
reach-codecs = Dieser Browser kann Shows nicht abspielen, deren Bild in einem dieser Formate kommt. Ein aktuelles Chrome, Edge, Firefox oder Safari spielt die meisten davon ab.
reach-often = Gerade gibt es zu viele Prüfungen. Versuchen Sie es in einer Minute noch einmal.
reach-away = Die Prüfung hat von uns keine Antwort bekommen. Sehen Sie nach, ob Sie online sind, und versuchen Sie es noch einmal.
reach-networks = Für alle, die ein Netz betreuen
reach-allow = Erlauben Sie Verbindungen von innen zu diesen Adressen, über UDP und, wo das nicht möglich ist, über TCP:
reach-address = { $ip }, Port { $port }

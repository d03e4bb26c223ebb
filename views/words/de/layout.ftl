layout-skip = Zum Inhalt springen
layout-terms = Für alles, was Sie hier tun, gelten unsere <terms>Bedingungen</terms>, Fassung { $version }.
layout-terms-accept = Bedingungen annehmen

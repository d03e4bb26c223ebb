experiences-kind = Was es ist
experiences-kind-stays = Das lässt sich später nicht ändern.
experiences-kind-unknown = Wählen Sie eine dieser Möglichkeiten.
experiences-kind-show = Live-Show
experiences-kind-show-purpose = Streams, die nacheinander stattfinden, jeder mit einem Chat.
experiences-kind-posts = Beiträge
experiences-kind-posts-purpose = Texte mit Bildern, die bleiben, der neueste zuerst.
experiences-kind-community = Community
experiences-kind-community-purpose = Ein Chat, der immer offen ist, mit seinen Mitgliedern.
experiences-added-show = Der Bereich ist angelegt. Planen Sie den ersten Stream.
experiences-added-posts = Der Bereich ist angelegt. Schreiben Sie den ersten Beitrag.
experiences-added-community = Die Community ist angelegt. Ein Pass, der sie enthält, lässt Menschen hinein.
experiences-posts = Beiträge
experiences-posts-none = Es ist noch nichts geschrieben. Ein Beitrag bleibt, bis Sie ihn löschen, und öffnet sich mit den Pässen dieses Bereichs.
experiences-posts-all = Alle Beiträge, wie Leser sie sehen
experiences-posts-empty = Hier ist noch nichts veröffentlicht. Neues erscheint hier von selbst.
experiences-posts-end = Ältere Beiträge gibt es nicht.
experiences-posts-pages = Seiten mit Beiträgen
experiences-posts-newest = Neueste Beiträge
experiences-posts-older = Ältere Beiträge
experiences-posts-inside = Was darin steht
experiences-posts-full = Dieser Bereich enthält so viele Beiträge, wie ein Bereich enthalten kann. Löschen Sie zuerst einen.
experiences-post-new = Neuer Beitrag
experiences-post-write = Beitrag schreiben
experiences-post-edit = Bearbeiten
experiences-post-edited = bearbeitet <when/>
experiences-post-draft = Entwurf
experiences-post-report = Diesen Beitrag melden
experiences-post-see = So sehen ihn Leser
experiences-post-title = Titel
experiences-post-body = Text
experiences-post-marks = Eine leere Zeile beginnt einen neuen Absatz. **fett**, *kursiv*, # beginnt eine Überschrift, Zeilen mit - am Anfang werden eine Liste, [Wörter](https://…) ein Link.
experiences-post-picture = Bild hinzufügen
experiences-post-picture-hint = JPEG, PNG oder WebP, bis 10{"\u00A0"}MB; höchstens { $most } in einem Beitrag. Es erscheint ganz, unter dem Text, für alle, die den Beitrag lesen dürfen.
experiences-post-alt = Was das Bild zeigt
experiences-post-alt-hint = Für Menschen, die es nicht sehen.
experiences-post-pictures = Bilder
experiences-post-pictures-full = Der Beitrag hat { $most } Bilder, mehr kann er nicht haben. Entfernen Sie eines, um ein anderes hinzuzufügen.
experiences-post-picture-remove = Bild entfernen
experiences-post-picture-removed = Das Bild ist entfernt.
experiences-post-picture-there = Das Bild wurde nicht hinzugefügt: Der Beitrag hat es schon oder hat so viele, wie er haben kann.
experiences-post-words-saved = Der Text ist gespeichert.
experiences-post-sending = Das Bild wird gesendet
experiences-post-publish = Veröffentlichen
experiences-post-save-draft = Als Entwurf speichern
experiences-post-save = Speichern
experiences-post-take-back = Als Entwurf zurücknehmen
experiences-post-published = Der Beitrag ist veröffentlicht.
experiences-post-draft-saved = Der Entwurf ist gespeichert. Nur Ihr Team sieht ihn.
experiences-post-deleted = Der Beitrag ist gelöscht.
experiences-post-delete-open = Beitrag löschen{"\u00A0"}…
experiences-post-delete-means = Er verschwindet sofort von allen Seiten, mit seinen Bildern. Das lässt sich nicht rückgängig machen.
experiences-post-delete = Beitrag löschen
experiences-post-overtaken = Jemand anderes hat diesen Beitrag gespeichert, während Sie schrieben. Unten stehen Ihre Worte, daneben die anderen. Speichern Sie noch einmal, um sie durch Ihre zu ersetzen.
experiences-post-theirs = Was gespeichert wurde
experiences-report-post = Der Beitrag jetzt
experiences-community-about = Über die Community
experiences-community-what = Worum es geht
experiences-community-manage = Verwalten
experiences-community-members = Gerade hier
experiences-community-team = Team
experiences-community-you = (Sie)
experiences-community-nobody-listed = Niemand, der hier ist, ist mit Namen aufgeführt.
experiences-community-more =
    { $count ->
    [one] Und { $shown } weitere Person ohne Namen.
   *[other] Und { $shown } weitere ohne Namen.
}
experiences-report-a-post = Einen Beitrag melden
experiences-report-kind = Beitrag
experiences-kept-posts =
    { $count ->
        [one] 1 Beitrag steht darin
       *[other] { $count } Beiträge stehen darin
    }
experiences-post-gone = Dieser Beitrag ist nicht mehr da, deshalb wird diese Seite nicht mehr aktualisiert.
experiences-kind-files = Dateien
experiences-kind-files-purpose = Dateien zum Herunterladen, für Menschen mit einem Pass.
experiences-added-files = Der Bereich ist angelegt. Laden Sie die erste Datei hoch.

access-close = Space schließen
access-close-heading = <space/> schließen
access-close-page = Seine Seite und alle Links dorthin sagen, dass er geschlossen ist. Niemand sonst bekommt seine Adresse.
access-close-orders =
    { $count ->
        [0] Es wird nichts mehr verkauft. Keine Bestellung ist offen.
        [one] Es wird nichts mehr verkauft. { $shown } noch nicht bezahlte Bestellung endet; eine Zahlung, die noch eintrifft, wird erstattet.
       *[other] Es wird nichts mehr verkauft. { $shown } noch nicht bezahlte Bestellungen enden; eine Zahlung, die noch eintrifft, wird erstattet.
    }
access-close-on-air =
    { $count ->
        [0] Nichts ist auf Sendung. Wer drin ist, muss sofort gehen.
        [one] 1 Show ist auf Sendung und endet. Wer drin ist, muss sofort gehen.
       *[other] { $count } Shows sind auf Sendung und enden. Wer drin ist, muss sofort gehen.
    }
access-close-holders =
    { $count ->
        [0] Niemand hat einen Pass. Die Pässe öffnen nichts, solange er geschlossen ist. Pässe und Belege bleiben in den Konten.
        [one] 1 Person hat einen Pass und bekommt eine E-Mail. Die Pässe öffnen nichts, solange er geschlossen ist. Pässe und Belege bleiben in den Konten.
       *[other] { $shown } Personen haben einen Pass und bekommen eine E-Mail. Die Pässe öffnen nichts, solange er geschlossen ist. Pässe und Belege bleiben in den Konten.
    }
access-close-untaken =
    { $count ->
        [one] { $shown } Pass wurde für eine Adresse gekauft und noch nicht angenommen: Wer ihn gekauft hat, bekommt das Geld zurück.
       *[other] { $shown } Pässe wurden für eine Adresse gekauft und noch nicht angenommen: Wer sie gekauft hat, bekommt das Geld zurück.
    }
access-close-money =
    { $count ->
        [0] Dadurch wird nichts zurückgezahlt, und was bezahlt wurde, bleibt in den Büchern.
       *[other] Dadurch wird sonst nichts zurückgezahlt, und was bezahlt wurde, bleibt in den Büchern.
    }
access-close-reopen = Sie können ihn innerhalb von { $days } Tagen wieder öffnen: Dann öffnen die Pässe ihn wieder. Danach bleibt er geschlossen.
access-close-name = Geben Sie den Namen des Space ein
access-close-back = Zurück zum Space
access-closed = Dieser Space wurde am <at/> geschlossen.
access-closed-until = Sein Inhaber kann ihn bis <until/> wieder öffnen.
access-reopen = Space wieder öffnen
access-closed-for-good = Er kann nicht mehr geöffnet werden.
access-invitation = Eine Einladung
access-handover-heading = <spaces/> kann Ihnen gehören
access-invitation-heading = Treten Sie dem Team von <spaces/> bei
access-handover-leaves = Als Inhaber entscheiden Sie über sein Team, sein Geld und sein Ende. <inviter/> verlässt das Team.
access-handover-stays = Als Inhaber entscheiden Sie über sein Team, sein Geld und sein Ende. <inviter/> bleibt als Admin.
access-invitation-until = Sie können bis <until/> annehmen.
access-handover-accept = Inhaber werden
access-invitation-accept = Dem Team beitreten
access-invitation-refuse = Nein, danke
access-handover-asks = <inviter/> bietet an, ihn an Sie zu übergeben.
access-invitation-asks = <inviter/> lädt Sie als <role/> ein.
access-as-owner = Inhaber
access-as-admin = Admin
access-as-editor = Redakteur
access-as-moderator = Moderator
access-as-analyst = Analysten
access-sales = Verkaufsseite
access-features-hint = Ein Punkt je Zeile, höchstens { $most }, in der Reihenfolge, in der sie gezeigt werden.
access-sales-lead = Was Besucher der <page>Seite Ihres Space</page> lesen, bevor sie einen Pass nehmen.
access-features = Was man bekommt
access-sales-save = Überschrift und Liste speichern
access-questions = Fragen und Antworten
access-questions-empty = Was werden Sie gefragt, bevor jemand kauft? Beantworten Sie es hier.
access-question-add = Frage hinzufügen
access-preview = Vorschau
access-question-up = Nach oben: { $question }
access-question-down = Nach unten: { $question }
access-marks = Eine leere Zeile beginnt einen neuen Absatz. **fett**, *kursiv*, Zeilen, die mit - beginnen, werden zu einer Liste, [Wörter](https://…) zu einem Link.
access-preview-published = Der Space ist veröffentlicht: Alle sehen ihn.
access-preview-about = Ein Link zu der Seite, wie Besucher sie sehen werden, für Menschen, deren Meinung Sie hören möchten. Er gilt sieben Tage, zeigt keine Kaufmöglichkeit, und Suchmaschinen sollen ihn auslassen.
access-preview-until = Gilt bis <until/>. Ein neuer Link ersetzt ihn.
access-preview-make = Neuen Link erstellen
access-preview-withdraw = Link zurückziehen
access-question-save = Frage speichern
access-question-delete = Frage löschen
access-you-get = Was Sie bekommen
access-preview-notice = Das ist eine Vorschau: Der Space ist nicht veröffentlicht, und es kann noch nichts gekauft werden. Der Link gilt bis <until/>.
access-no-space = keinem Space
access-spaces-and = { $most } und { $last }
access-role-owner = Inhaber
access-role-admin = Admin
access-role-editor = Redakteur
access-role-moderator = Moderator
access-role-analyst = Analyst
access-right-enter = betritt jeden Raum und sieht den Space, bevor er veröffentlicht ist
access-right-moderate = moderiert Chats
access-right-host = leitet Shows im Studio
access-right-edit = bearbeitet den Space, seine Pässe und seine Shows
access-right-manage = lädt Menschen ein und entfernt sie
access-right-close = übergibt den Space oder schließt ihn
access-team = Team
access-team-of = Team von <spaces/>
access-team-lead = Diese Menschen betreiben ihn. Wer nur einen Pass hat, gehört nicht dazu.
access-members = Mitglieder
access-rights = Was jede Rolle darf
access-handover = Übergeben
access-invitations = Einladungen
access-you = Sie
access-member-since = seit <at/>
access-last-owner = Ein Team braucht immer einen Inhaber: Übergeben Sie den Space, bevor Sie gehen.
access-role-of = Rolle von <member/>
access-role-change = Rolle ändern
access-leave-ask = Verlassen{"\u00A0"}…
access-remove-ask = Entfernen{"\u00A0"}…
access-leave-words = Sie verlieren Ihre Rolle sofort, auch auf offenen Seiten. Nur jemand aus dem Team kann Sie zurückholen.
access-leave = Team verlassen
access-remove-words = <member/> verliert die Rolle sofort, auch auf offenen Seiten. Die Schlüssel von Encodern, die diese Person kannte, werden ungültig.
access-remove = Aus dem Team entfernen
access-invited-expired = abgelaufen am <at/>
access-invited-until = kann bis <at/> angenommen werden
access-invited-handover = mit Übergabe
access-invited-again = Noch einmal senden
access-invited-withdraw = Zurückziehen
access-invite-hint = Wir senden einen Link. Wer sich mit dieser Adresse anmeldet, kann ihn sieben Tage lang annehmen.
access-invite = Einladung senden
access-handover-to = An
access-handover-by-email = Jemand per E-Mail-Adresse
access-handover-stay = Ich bleibe als Admin
access-handover-leave = Ich verlasse das Team
access-handover-about = Der neue Inhaber von <spaces/> entscheidet über Team, Geld und Ende und richtet die Auszahlungen neu ein; bis dahin bleibt das Geld aufgehoben. Nichts ändert sich, bis das Angebot angenommen ist, und so lange können Sie es zurückziehen. Sie bekommen beide eine E-Mail.
access-handover-if-nobody = wenn oben niemand gewählt ist
access-handover-afterwards = Danach
access-handover-offer = Übergabe anbieten
access-closed-done = Der Space ist geschlossen.
access-close-other-name = Geben Sie den Namen des Space ein: { $space }
access-closed-already = Dieser Space ist schon geschlossen.
access-reopen-refused = Dieser Space kann nicht wieder geöffnet werden: Er ist nicht geschlossen, oder er wurde vor mehr als 30 Tagen geschlossen.
access-reopened = Der Space ist wieder geöffnet. Veröffentlichen Sie ihn, wenn er bereit ist.
access-role-choose = Wählen Sie eine der Rollen.
access-invite-sent = Die Einladung ist unterwegs.
access-handover-sent = Das Angebot ist unterwegs. Sie bleiben Inhaber, bis es angenommen ist.
access-member-choose = Wählen Sie ein Mitglied des Teams.
access-invite-member = Diese Person ist schon im Team.
access-invite-again = Diese Adresse ist schon eingeladen. Senden Sie die Einladung noch einmal, oder ziehen Sie sie zurück.
access-invite-many = Dieses Team hat so viele offene Einladungen, wie ein Team haben kann. Ziehen Sie zuerst eine zurück.
access-team-full = Dieses Team hat so viele Mitglieder, wie ein Team haben kann.
access-invite-resent = Die Einladung ist wieder unterwegs.
access-invite-withdrawn = Die Einladung ist zurückgezogen.
access-joined = Willkommen. Sie sind jetzt im Team.
access-declined = Sie haben die Einladung abgelehnt.
access-invitation-gone = Diese Einladung gibt es nicht mehr: Sie wurde angenommen, abgelehnt oder zurückgezogen.
access-invitation-other = Diese Einladung ging an eine andere E-Mail-Adresse. Melden Sie sich mit dieser an, um sie anzunehmen.
access-invitation-expired = Diese Einladung ist abgelaufen. Bitten Sie das Team, sie noch einmal zu senden.
access-sales-saved = Die Verkaufsseite ist gespeichert.
access-question-added = Die Frage ist hinzugefügt.
access-questions-many = Höchstens { $most } Fragen. Löschen Sie zuerst eine.
access-question-saved = Die Frage ist gespeichert.
access-question-deleted = Die Frage ist gelöscht.
access-preview-made = Der Link zur Vorschau ist erstellt. Ältere gelten nicht mehr.
access-preview-withdrawn = Kein Link führt mehr zu einer Vorschau.
access-role-choose-team = Wählen Sie eine der Rollen eines Teams.
access-role-changed = Die Rolle ist geändert.
access-left = Sie haben das Team verlassen.
access-removed = Diese Person ist nicht mehr im Team.
access-owner-last = Ein Team braucht immer einen Inhaber. Machen Sie zuerst jemand anderen zum Inhaber, oder übergeben Sie den Space.

departure-subject = { $name } hat Ihr Team verlassen
departure-mail = { $name } ({ $role ->
        [owner] Inhaber
        [admin] Admin
        [editor] Redaktion
        [moderator] Moderation
       *[other] Auswertung
    }) hat das eigene Konto bei Backstage Pass gelöscht und gehört nicht mehr zu Ihrem Team. Konnte die Person Shows veranstalten, dann sind die Schlüssel Ihrer Encoder neu: Kopieren Sie sie aus dem Studio.

    Ihr Team:
    { $url }
access-people = Personen mit Pass
access-people-all = Alle mit einem Pass
access-people-empty = Noch hat niemand einen Pass für diesen Space. Wer einen nimmt oder kauft, steht dann hier.
access-see-passes = Ihre Pässe ansehen
access-people-count =
    { $count ->
        [one] { $shown } Person hat einen Pass für diesen Space.
       *[other] { $shown } Personen haben einen Pass für diesen Space.
    }

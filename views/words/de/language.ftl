language-choose = Sprache
language-english = Englisch
language-german = Deutsch
language-unknown = Wählen Sie eine der angebotenen Sprachen.

# Warum eine Seite endet, die etwas folgt.
page-ended = Diese Seite wird nicht mehr aktualisiert.
page-team-left = Sie gehören nicht mehr zu diesem Team, deshalb wird diese Seite nicht mehr aktualisiert.
page-actor-stopped = Dieser Aktor läuft nicht mehr: Er ist untätig, oder was er bediente, wurde gelöscht.

language-choose = Language
language-english = English
language-german = German
language-unknown = Choose one of the languages that are offered.

# Why a page that follows something ends.
page-ended = This page has ended.
page-team-left = You are no longer on this team, so this page has stopped.
page-actor-stopped = This actor has stopped: it is idle, or what it served was deleted.

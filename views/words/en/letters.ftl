letters-many-strangers = Very many letters came in lately, so we take none at the moment from people who are not signed in.
letters-many-members = Very many letters came in lately, so we take none at the moment.

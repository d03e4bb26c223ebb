departure-subject = { $name } has left your team
departure-mail = { $name } ({ $role }) has deleted their account at Backstage Pass, and is no longer on your team. If they could host shows, the keys of your encoders are new: copy them from the studio.

    Your team:
    { $url }

dates-weekday = { $weekday ->
    [1] Mo.
    [2] Di.
    [3] Mi.
    [4] Do.
    [5] Fr.
    [6] Sa.
   *[7] So.
}
dates-weekday-long = { $weekday ->
    [1] Montag
    [2] Dienstag
    [3] Mittwoch
    [4] Donnerstag
    [5] Freitag
    [6] Samstag
   *[7] Sonntag
}
dates-month = { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
}
dates-month-long = { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
}
dates-moment = { $weekday }, { $date }.{"\u00A0"}{ $month } { $year }, { $time } UTC
dates-second = { $weekday }, { $date }.{"\u00A0"}{ $month }, { $time } UTC
dates-date = { $date }.{"\u00A0"}{ $month } { $year }
# In einem Satz: „wurde am 4. Dezember 2026 um 20:00 UTC geändert“.
dates-at = { $date }.{"\u00A0"}{ $month } { $year } um { $time } UTC
# Auf die Zeit folgt ihre Zone.
dates-in-zone = { $weekday }, { $date }.{"\u00A0"}{ $month } { $year }, { $time }
# Was ein Countdown sagt, bis sein Skript läuft.
dates-still-in = um { $time } UTC
dates-still-for = bis { $time } UTC
# Alter oder Dauer, abgerundet.
dates-seconds = { $n }{"\u00A0"}s
dates-minutes = { $n }{"\u00A0"}Min.
dates-hours = { $n }{"\u00A0"}Std.
dates-days = { $n }{"\u00A0"}T.
dates-hours-minutes = { $hours }{"\u00A0"}Std. { $minutes }{"\u00A0"}Min.

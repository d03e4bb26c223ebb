dates-weekday = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
dates-weekday-long = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
dates-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
dates-month-long = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
dates-moment = { $weekday } { $date } { $month } { $year }, { $time } UTC
dates-second = { $weekday } { $date } { $month }, { $time } UTC
dates-date = { $date } { $month } { $year }
# Inside a sentence: “was changed on 4 December 2026 at 20:00 UTC”.
dates-at = { $date } { $month } { $year } at { $time } UTC
# The time is followed by its zone.
dates-in-zone = { $weekday } { $date } { $month } { $year }, { $time }
# What a countdown says until its script runs.
dates-still-in = at { $time } UTC
dates-still-for = until { $time } UTC
# The age or the duration of something, rounded down.
dates-seconds = { $n } s
dates-minutes = { $n } min
dates-hours = { $n } h
dates-days = { $n } d
dates-hours-minutes = { $hours } h { $minutes } min

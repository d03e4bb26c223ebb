# The connection check: whether live pictures reach a browser.

reach-title = Connection check
reach-lead = Live pictures come straight to your browser: by UDP, or by TCP where a network blocks UDP. This page tries both, and says what to do where they do not come.
reach-link = Check the connection
reach-browser = Your browser
reach-udp = UDP to our media port
reach-tcp = TCP to our media port
reach-untried = Not tried yet
reach-trying = Trying…
reach-works = Works
reach-blocked = Blocked
reach-lacks = Cannot play live pictures
reach-start = Check now
reach-no-scripts = The check needs scripts, and they are off in this browser. It would try whether this browser can play live pictures, and whether UDP and TCP reach the addresses below.
reach-well = Live pictures reach this browser. If a show still does not play, load its page again. If that does not help, <link>write to us</link>.
reach-only-tcp = Something between you and us blocks UDP, so shows come by TCP. They play, but may stall where the network loses much. If a VPN or a firewall runs on this device, try without it. Otherwise ask whoever runs the network to allow UDP to the addresses below.
reach-neither = Neither UDP nor TCP reaches our media port, so no live picture can come. Try without a VPN, or in another network, such as that of your phone. In a company, ask whoever runs the network to allow the addresses below.
reach-no-webrtc = This browser has no WebRTC, which live pictures need. Some extensions and settings switch it off. Switch it on again, or use a current Chrome, Edge, Firefox or Safari.
reach-codecs = This browser cannot play shows whose picture comes in these formats. A current Chrome, Edge, Firefox or Safari can play most of them.
reach-often = Too many checks at the moment. Try again in a minute.
reach-away = The check did not get an answer from us. See whether you are online, and try again.
reach-networks = For those who run a network
reach-allow = Allow connections from inside to these addresses, by UDP and, where that is not possible, by TCP:
reach-address = { $ip }, port { $port }

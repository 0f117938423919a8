"""Passwords of ten characters or more that are guessed first. Shorter ones are refused anyway."""

_WORDS = """
    0123456789 0987654321 1234567890 1234567891 12345678910 123456789a 123456789q 1q2w3e4r5t 1q2w3e4r5t6y
    1qaz2wsx3edc 9876543210 a123456789 a1234567890 a1b2c3d4e5 aa12345678 abc123456789 abcd123456 abcd1234567
    abcdefghij abcdefghijk admin12345 admin123456 admin1234567 adminadmin adminadmin1 administrador
    administrator administrator1 alongside1 alongside12 alongside123 alongsidealongside asdf123456
    asdfasdfasdf asdfghjkl1 asdfghjkl123 asdfghjklqwe autumn2024 autumn2025 autumn2026 baseball12
    baseball123 basketball basketball1 batman12345 changeme12 changeme123 changeme1234 charlie123 company123
    company1234 computer12 computer123 correcthorsebatterystaple customer123 customerservice december2024
    december2025 december2026 default123 defaultpassword demo123456 demodemodemo demopassword dragon12345
    dragon123456 facebook12 facebook123 football12 football123 freedom123 fussball123 geheim1234 geheim12345
    geheimgeheim google12345 guest123456 guestguest hallo12345 hallohallo helpdesk123 helpdesk1234
    ichliebedich iloveyou12 iloveyou123 iloveyou1234 iloveyouforever internet12 internet123 jennifer123
    letmein123 letmein1234 letmeinnow letmeinplease login12345 master12345 meinpasswort michael123
    michelle123 monkey12345 monkey123456 mustang123 mypassword mypassword1 newpassword newpassword1
    office12345 p@ssw0rd123 p@ssword123 passw0rd123 password12 password123 password1234 password12345
    passwordpassword passwort123 passwort1234 pleasechangeme princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6
    qwerty1234 qwerty12345 qwerty123456 qwertyuiop qwertyuiop1 qwertyuiop123 qwertz12345 qwertzuiop
    qwertzuiop1 root123456 rootrootroot samsung123 secret12345 secretsecret shadow12345 sommer2024
    sommer2025 sommer2026 spring2024 spring2025 spring2026 starwars12 starwars123 summer2023 summer2024
    summer2025 summer2026 sunshine12 sunshine123 superman12 superman123 support123 support1234
    supportsupport temporary123 temppassword test123456 test1234567 testing123 testpassword testtest12
    testtest123 thepassword toor123456 topsecret1 topsecret123 trustno1trustno1 user123456 useruseruser
    welcome123 welcome1234 welcome12345 welcome2024 welcome2025 welcome2026 whatever12 whatever123
    willkommen willkommen1 willkommen123 winter2023 winter2024 winter2025 winter2026 winterwinter
    yourpassword youtube123 zaq12wsxcde3
"""

FREQUENT: frozenset[str] = frozenset(
    [*_WORDS.split(), "correct horse battery staple", *(digit * 10 for digit in "0123456789")]
)

"""Passwords of ten characters or more that are guessed first. Shorter ones are refused anyway."""

_WORDS = """
    password password1 password12 password123 password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123
    mypassword mypassword1 thepassword yourpassword newpassword newpassword1 passwordpassword passwort123
    passwort1234 meinpasswort geheimgeheim geheim1234 geheim12345 hallohallo hallo12345 willkommen willkommen1
    willkommen123 1234567890 12345678910 123456789a 123456789q 1234567891 0123456789 0987654321 9876543210
    1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx3edc zaq12wsxcde3 qwertyuiop qwertyuiop1 qwertyuiop123
    qwerty12345 qwerty123456 qwerty1234 qwertz12345 qwertzuiop qwertzuiop1 asdfghjkl1 asdfghjkl123 asdfghjklqwe
    asdfasdfasdf asdf123456 abcdefghij abcdefghijk abcd123456 abc123456789 abcd1234567 a1b2c3d4e5 aa12345678
    a123456789 a1234567890 iloveyou12 iloveyou123 iloveyou1234 ichliebedich iloveyouforever sunshine12 sunshine123
    princess12 princess123 football12 football123 fussball123 baseball12 baseball123 basketball basketball1
    superman12 superman123 batman12345 starwars12 starwars123 welcome123 welcome1234 welcome12345 welcome2024
    welcome2025 welcome2026 letmein123 letmein1234 letmeinplease trustno1trustno1 administrator administrator1
    admin12345 admin123456 admin1234567 adminadmin adminadmin1 administrador root123456 rootrootroot toor123456
    changeme12 changeme123 changeme1234 pleasechangeme defaultpassword default123 temporary123 temppassword
    testtest12 testtest123 test123456 test1234567 testpassword testing123 demodemodemo demo123456 demopassword
    guestguest guest123456 useruseruser user123456 login12345 supportsupport support123 support1234 helpdesk123
    helpdesk1234 customerservice customer123 company123 company1234 office12345 monkey12345 monkey123456 dragon12345
    dragon123456 michael123 michelle123 jennifer123 charlie123 computer12 computer123 internet12 internet123
    samsung123 google12345 facebook12 facebook123 youtube123 whatever12 whatever123 letmeinnow secret12345
    secretsecret topsecret1 topsecret123 master12345 mustang123 shadow12345 freedom123 summer2023 summer2024
    summer2025 summer2026 winter2023 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026 autumn2024
    autumn2025 autumn2026 sommer2024 sommer2025 sommer2026 winterwinter december2024 december2025 december2026
    correcthorsebatterystaple correct horse battery staple alongside1 alongside12 alongside123 alongsidealongside
"""

COMMON: frozenset[str] = frozenset(
    [*_WORDS.split(), "correct horse battery staple", *(digit * 10 for digit in "0123456789")]
)

"""Names of people and places, freely mixed; whoever bears one does so by chance."""

GIVEN = (
    "Anna", "Amir", "Beatriz", "Bruno", "Carla", "Chidi", "Clara", "Daniel", "Dilara", "Elif", "Elena", "Emil",
    "Eva", "Farid", "Felix", "Fiona", "Frieda", "Gabriel", "Greta", "Hanna", "Hassan", "Helena", "Henrik", "Ida",
    "Igor", "Ingrid", "Isabel", "Ivan", "Jana", "Jakob", "Joana", "Johanna", "Julia", "Kaan", "Karl", "Katja",
    "Klara", "Kofi", "Lara", "Leila", "Lena", "Leon", "Linh", "Lotte", "Luis", "Magda", "Malik", "Maria", "Marek",
    "Marta", "Max", "Mehmet", "Mia", "Milan", "Mina", "Nadia", "Niklas", "Nina", "Noah", "Olga", "Omar", "Oskar",
    "Paula", "Pavel", "Petra", "Rania", "Robert", "Rosa", "Samir", "Sara", "Selin", "Simon", "Stefan", "Susanne",
    "Tariq", "Teresa", "Theo", "Tim", "Tilda", "Ursula", "Valentin", "Vera", "Viktor", "Wanda", "Yara", "Yusuf",
)  # fmt: skip

FAMILY = (
    "Albrecht", "Alvarez", "Andersen", "Aydin", "Bauer", "Becker", "Bergmann", "Bianchi", "Blum", "Brandl", "Castro",
    "Costa", "Dahl", "Dimitrov", "Dubois", "Ebert", "Eriksen", "Ferrari", "Fischer", "Fuchs", "Garcia", "Graf",
    "Haddad", "Hartmann", "Hofer", "Horvat", "Ivanov", "Jansen", "Kaya", "Keller", "Klein", "Kovac", "Kowalski",
    "Kraus", "Lang", "Larsen", "Lehmann", "Lorenz", "Maier", "Marino", "Meyer", "Mendes", "Moser", "Nagy", "Nguyen",
    "Novak", "Okoye", "Olsen", "Ortega", "Öztürk", "Pavlovic", "Peters", "Petrov", "Pham", "Popescu", "Reiter",
    "Richter", "Romano", "Rossi", "Roth", "Sauer", "Schmid", "Schuster", "Seidel", "Silva", "Sommer", "Stein",
    "Svoboda", "Tanaka", "Toth", "Ulrich", "Vidal", "Vogt", "Wagner", "Wolff", "Yilmaz", "Zeller", "Zimmermann",
)  # fmt: skip

TOWNS = ("Aurental", "Neuhof", "Weidenau", "Steinbrück", "Sankt Lorenz", "Kirchfeld")

STREETS = (
    "Lindenweg", "Bahnhofstraße", "Am Mühlbach", "Gartenstraße", "Rosenallee", "Kastanienweg", "Uferstraße",
    "Schulgasse", "Bergstraße", "Wiesengrund", "Hafenstraße", "Am Alten Markt", "Sonnenhang", "Birkenweg",
)  # fmt: skip

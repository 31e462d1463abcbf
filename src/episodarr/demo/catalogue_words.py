"""The words that the simulated library's episodes are named and told with."""

ADJECTIVES = (
    "Quiet", "Long", "Broken", "Second", "Hollow", "Northern", "Borrowed", "Last", "Paper", "Silver", "Hidden", "Open",
    "Early", "Restless", "Golden", "Distant", "Empty", "Honest", "Crooked", "Winter", "Burning", "Gentle", "Forgotten",
)  # fmt: skip
NOUNS = (
    "Harbour", "Letter", "Garden", "Bridge", "Summer", "Stranger", "Promise", "Station", "River", "Mirror", "Orchard",
    "Signal", "Lantern", "Map", "Storm", "Kitchen", "Window", "Island", "Clock", "Rooftop", "Ticket", "Photograph",
    "Song", "Neighbour", "Door", "Shadow", "Bargain", "Homecoming", "Witness", "Tide", "Valley", "Key", "Feast", "Rain",
)  # fmt: skip
OVERVIEWS = (
    "Nobody expected to meet again at the {place}, least of all over a {thing}.",
    "What began with a {thing} ends, for some of them, at the {place}.",
    "A missing {thing} brings everyone to the {place}, and not everyone tells the truth about it.",
    "An old promise is called in. The {place} keeps its secrets, the {thing} does not.",
    "One night, one {place}, one {thing}: by morning two of them have changed sides.",
    "While the others argue about the {thing}, somebody has already left for the {place}.",
    "The plan is simple until the {thing} turns up at the {place}.",
    "Old friends, a {thing}, and a walk to the {place} that takes longer than it should.",
)

"""Labelled text of our own for small models: sentences made of the words of a few languages, by a seeded generator."""

import random

from corpusforge.lid.labelled import Labelled

WORDS = {
    "eng_Latn": "the of and to in was that his with for had you not are but from they which were their would there been",
    "deu_Latn": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus",
    "fin_Latn": "ja on ei että se hän oli mutta kuin joka myös niin sitä ovat kun mitä vain jos tämä nyt sitten kaikki",
    "pan_Guru": "ਹੈ ਦੇ ਵਿੱਚ ਦੀ ਅਤੇ ਨੂੰ ਦਾ ਤੋਂ ਨੇ ਹਨ ਲਈ ਨਾਲ ਇਸ ਇਹ ਕਿ ਸੀ ਉਹ ਤੇ ਵੀ ਕਰ ਗਿਆ ਕੇ ਹੀ ਜੋ",
    "ell_Grek": "και το της την του από με για που δεν είναι στο να στην ένα των οι στη θα μια σε ότι τα τη",
}


def texts(source: str, seed: int, documents: int = 12, words: int = 60) -> list[Labelled]:
    """`documents` texts a language, in lines of ten words."""
    random_ = random.Random(seed)
    made = []
    for code, known in WORDS.items():
        for number in range(documents):
            chosen = [random_.choice(known.split()) for _ in range(words)]
            lines = [" ".join(chosen[at : at + 10]) for at in range(0, words, 10)]
            made.append(Labelled("\n".join(lines), code, source, f"{source}-{code}-{number}"))
    return made

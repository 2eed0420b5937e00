"""`python -m extractor`: the command."""

from extractor.cli import main

if __name__ == "__main__":
    main()

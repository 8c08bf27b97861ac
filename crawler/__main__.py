"""`python -m crawler`: crawl, parse, export, import."""

if __name__ == "__main__":  # a worker process imports this file too and needs nothing of it
    import sys

    from .commands import main

    sys.exit(main())

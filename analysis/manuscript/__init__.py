"""What an author takes to a journal, written from one executed run: tables, text, checklists, a capsule, documents."""

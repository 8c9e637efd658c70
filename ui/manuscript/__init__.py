"""The manuscript on the Report page: documents, text and checklists."""

"""The whole report: a page, a document and slides."""

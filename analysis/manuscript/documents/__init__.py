"""The whole report: a page, a document and slides."""

from analysis.manuscript.documents.figures import draw_figures
from analysis.manuscript.documents.html import report_html, tables_html
from analysis.manuscript.documents.report_docx import report_docx
from analysis.manuscript.documents.report_pptx import report_pptx
from analysis.manuscript.documents.reports import REPORT_FORMATS, report_files

__all__ = ["REPORT_FORMATS", "draw_figures", "report_docx", "report_files", "report_html", "report_pptx", "tables_html"]

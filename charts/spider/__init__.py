"""The course of the lesions' sums from scan to scan, a line for each patient, a panel for each arm."""

from charts.spider.content import describe_spider, spider_table
from charts.spider.publication import spider_publication
from charts.spider.screen import spider_figure

__all__ = ["describe_spider", "spider_figure", "spider_publication", "spider_table"]

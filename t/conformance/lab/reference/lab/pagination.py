from rest_framework import pagination as p


class Standard(p.PageNumberPagination):
    page_size = 20
    page_size_query_param = 'per_page'
    max_page_size = 50


class Fixed(p.PageNumberPagination):
    page_size = 10
    page_query_param = 'p'


class Unlimited(p.PageNumberPagination):
    page_size = 15
    page_query_param = 'seite'
    page_size_query_param = 'n'


class Limit(p.LimitOffsetPagination):
    default_limit = 25
    max_limit = 100


class LimitOther(p.LimitOffsetPagination):
    default_limit = 5
    limit_query_param = 'max'
    offset_query_param = 'skip'


class ByTime(p.CursorPagination):
    page_size = 30
    ordering = '-at'
    page_size_query_param = 'page_size'
    max_page_size = 100


class ByKey(p.CursorPagination):
    page_size = 12
    ordering = 'id'
    cursor_query_param = 'c'

from rest_framework import viewsets as v, filters as df, renderers
from rest_framework_filters.backends import RestFrameworkFilterBackend, ComplexFilterBackend as Complex
from . import filters as f, pagination as p, serializers as s
from .models import *


class ComplexFilterBackend(Complex):
    def to_html(self, request, queryset, view):
        return ''


class PlainBackend(RestFrameworkFilterBackend):
    def to_html(self, request, queryset, view):
        return ''


class WhereBackend(ComplexFilterBackend):
    complex_filter_param = 'where'


class Sort(df.OrderingFilter):
    ordering_param = 'sort'


class Q(df.SearchFilter):
    search_param = 'q'


ALL = [ComplexFilterBackend, df.OrderingFilter, df.SearchFilter]


class CountryViewSet(v.ReadOnlyModelViewSet):
    queryset = Country.objects.all()
    serializer_class = s.CountrySerializer
    filterset_class = f.CountryFilter
    pagination_class = None
    filter_backends = [PlainBackend, df.SearchFilter, df.OrderingFilter]
    search_fields = ['name', '=code', '^iso3', 'calling_code']
    ordering_fields = '__all__'


class InstituteViewSet(v.ModelViewSet):
    queryset = Institute.objects.select_related('country', 'parent')
    serializer_class = s.InstituteSerializer
    filterset_class = f.InstituteFilter
    lookup_field = 'slug'
    filter_backends = ALL
    pagination_class = p.Standard
    search_fields = ['title', '^slug', 'country__name', '=people__login']
    ordering_fields = ['title', 'opened', 'country', 'country__name', 'rating', 'pk']
    ordering = ['-opened', 'slug']


class PersonViewSet(v.ModelViewSet):
    queryset = Person.objects.all()
    serializer_class = s.PersonSerializer
    filterset_class = f.PersonFilter
    filter_backends = ALL
    pagination_class = p.Limit
    search_fields = ['full_name', '=login', 'languages', 'institute__title', '$note']


class ProfileViewSet(v.ModelViewSet):
    queryset = Profile.objects.all()
    serializer_class = s.ProfileSerializer
    filterset_class = f.ProfileFilter
    filter_backends = ALL
    pagination_class = p.Fixed
    ordering_fields = ['level', 'person', 'person__full_name']


class TaxonViewSet(v.ModelViewSet):
    queryset = Taxon.objects.all()
    serializer_class = s.TaxonSerializer
    filterset_class = f.TaxonFilter
    lookup_field = 'code'
    filter_backends = ALL
    pagination_class = p.Unlimited
    search_fields = ['name', 'specimens__remarks', 'author']
    http_method_names = ['get', 'head', 'post', 'options']


class KeywordViewSet(v.ModelViewSet):
    queryset = Keyword.objects.all()
    serializer_class = s.KeywordSerializer
    filterset_class = f.KeywordFilter
    lookup_value_regex = '[^/]+'
    filter_backends = [WhereBackend, Sort, Q]
    pagination_class = p.Standard
    search_fields = ['word', 'weight']
    ordering_fields = '__all__'


class SpecimenViewSet(v.ModelViewSet):
    queryset = Specimen.objects.prefetch_related('keywords', 'borrowers')
    serializer_class = s.SpecimenSerializer
    filterset_class = f.SpecimenFilter
    filter_backends = ALL
    pagination_class = p.Standard
    search_fields = ['catalog_no', 'remarks', 'keywords__label', 'taxon__name', '^collector__full_name']
    ordering_fields = '__all__'


class LoanViewSet(v.ModelViewSet):
    queryset = Loan.objects.all()
    serializer_class = s.LoanSerializer
    filterset_class = f.LoanFilter
    filter_backends = ALL
    pagination_class = p.LimitOther
    ordering_fields = ['since', 'fee', 'institute', 'specimen__collected_on']


class EventViewSet(v.ModelViewSet):
    queryset = Event.objects.all()
    serializer_class = s.EventSerializer
    filterset_class = f.EventFilter
    filter_backends = ALL
    pagination_class = p.ByTime
    ordering = ['-at', '-id']
    search_fields = ['kind', 'message', 'specimen__catalog_no']


class MixedCaseViewSet(v.ModelViewSet):
    queryset = MixedCase.objects.all()
    serializer_class = s.MixedCaseSerializer
    filterset_class = f.MixedCaseFilter
    filter_backends = [PlainBackend]
    pagination_class = p.Standard


class OpenPersonViewSet(v.ReadOnlyModelViewSet):
    queryset = Person.objects.filter(active=True)
    serializer_class = s.OpenPersonSerializer
    filterset_class = f.OpenPersonFilter
    filter_backends = ALL
    pagination_class = p.Fixed
    lookup_field = 'login'


class OpenSpecimenViewSet(v.ReadOnlyModelViewSet):
    queryset = Specimen.objects.all()
    serializer_class = s.OpenSpecimenSerializer
    filterset_class = f.OpenSpecimenFilter
    filter_backends = ALL
    pagination_class = p.ByKey
    lookup_field = 'guid'
    ordering = 'id'
    ordering_fields = ['id', 'weight', 'count', 'collected_at', 'catalog_no', 'checked']


class OpenTaxonViewSet(v.ReadOnlyModelViewSet):
    queryset = Taxon.objects.all()
    serializer_class = s.OpenTaxonSerializer
    filter_backends = [df.OrderingFilter]
    pagination_class = None
    ordering_fields = ['name', 'parent__name', 'parent']
    renderer_classes = [renderers.JSONRenderer]


class OpenInstituteViewSet(v.ReadOnlyModelViewSet):
    queryset = Institute.objects.all()
    serializer_class = s.OpenInstituteSerializer
    filterset_class = f.OpenInstituteFilter
    filter_backends = [PlainBackend, df.OrderingFilter]
    pagination_class = p.Fixed
    lookup_field = 'slug'
    ordering = ['-budget', 'slug']

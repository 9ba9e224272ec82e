from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models as m
import django_filters
from django_filters.filters import BaseInFilter, CharFilter, Filter
from rest_framework_filters import AutoFilter, FilterSet, RelatedFilter
from rest_framework_filters import filters as f
from .models import *


class CountryFilter(FilterSet):
    class Meta:
        model = Country
        fields = [
            'code',
            'name',
            'iso3',
            'symbol',
            'area',
            'gdp',
            'population',
            'founded',
            'landlocked',
            'calling_code',
        ]


class InstituteFilter(FilterSet):
    country = RelatedFilter(CountryFilter, queryset=Country.objects.all())
    parent = RelatedFilter('InstituteFilter', queryset=Institute.objects.all(), lookups=['in', 'isnull'])
    children = RelatedFilter('InstituteFilter', queryset=Institute.objects.all(), distinct=True)
    people = RelatedFilter('PersonFilter', queryset=Person.objects.all(), distinct=True)
    borrowed = RelatedFilter('SpecimenFilter', queryset=Specimen.objects.all(), distinct=True)

    class Meta:
        model = Institute
        fields = {
            'id': ['exact', 'in'],
            'slug': ['exact', 'in', 'startswith'],
            'title': '__all__',
            'kind': ['exact', 'in', 'gt'],
            'status': ['exact', 'in', 'icontains'],
            'website': ['exact', 'icontains', 'isnull'],
            'email': ['iexact', 'endswith'],
            'opened': '__all__',
            'budget': ['exact', 'lt', 'lte', 'gt', 'gte', 'range'],
            'rating': ['exact', 'gte', 'in', 'isnull'],
            'open_from': '__all__',
            'open_to': ['gt', 'lt', 'hour', 'minute__gte'],
            'ip': ['exact', 'startswith', 'isnull'],
            'created': '__all__',
            'hidden_code': ['exact', 'isnull', 'gte'],
        }


class PersonFilter(FilterSet):
    full_name = AutoFilter(lookups='__all__')
    login = AutoFilter(lookups=['exact', 'iexact', 'contains', 'startswith', 'in', 'gt'])
    born = AutoFilter(lookups=['exact', 'year', 'year__gte', 'month', 'lt', 'gt', 'isnull', 'range'])
    salary = AutoFilter(lookups='__all__')
    hours = AutoFilter(lookups='__all__')
    active = AutoFilter(lookups=['exact'])
    institute = RelatedFilter(InstituteFilter, queryset=Institute.objects.all(), lookups=['in', 'isnull'])
    former = RelatedFilter(
        InstituteFilter, field_name='former_institute', queryset=Institute.objects.all(), lookups=['isnull']
    )
    mentor = RelatedFilter('PersonFilter', queryset=Person.objects.all(), lookups='__all__')
    profile = RelatedFilter('ProfileFilter', queryset=Profile.objects.all())
    students = RelatedFilter('PersonFilter', queryset=Person.objects.all(), distinct=True)
    collected = RelatedFilter('SpecimenFilter', queryset=Specimen.objects.all(), distinct=True)

    class Meta:
        model = Person
        fields = []


class ProfileFilter(FilterSet):
    person = RelatedFilter(PersonFilter, queryset=Person.objects.all())

    class Meta:
        model = Profile
        fields = {'level': ['exact', 'gte', 'in'], 'badge': ['exact', 'isnull'], 'bio': ['icontains', 'exact']}


class TaxonFilter(FilterSet):
    parent = RelatedFilter('TaxonFilter', queryset=Taxon.objects.all(), lookups=['in', 'isnull'])
    specimens = RelatedFilter('SpecimenFilter', queryset=Specimen.objects.all(), distinct=True)

    class Meta:
        model = Taxon
        fields = {
            'id': '__all__',
            'code': '__all__',
            'name': ['icontains', 'exact', 'regex', 'iregex'],
            'rank': ['exact', 'in', 'startswith'],
            'author': ['exact', 'isnull', 'in'],
        }


class KeywordFilter(FilterSet):
    specimens = RelatedFilter('SpecimenFilter', queryset=Specimen.objects.all(), distinct=True)

    class Meta:
        model = Keyword
        fields = {'word': ['exact', 'in', 'contains', 'gt'], 'label': ['exact', 'icontains'], 'weight': '__all__'}


class CSVNumberFilter(BaseInFilter, f.NumberFilter):
    pass


class SpecimenFilter(FilterSet):
    number = AutoFilter(field_name='catalog_no', lookups=['exact', 'startswith', 'in', 'contains'])
    day = AutoFilter(field_name='collected_on', lookups='__all__')
    moment = AutoFilter(field_name='collected_at', lookups='__all__')
    taxon = RelatedFilter(TaxonFilter, queryset=Taxon.objects.all(), to_field_name='code', lookups=['in'])
    place = RelatedFilter(InstituteFilter, field_name='institute', queryset=Institute.objects.all(), lookups=['in'])
    collector = RelatedFilter(PersonFilter, queryset=Person.objects.all(), lookups=['in', 'isnull'])
    finder = RelatedFilter(PersonFilter, field_name='determiner', queryset=Person.objects.all())
    keywords = RelatedFilter(KeywordFilter, queryset=Keyword.objects.all(), distinct=True)
    borrowers = RelatedFilter(InstituteFilter, queryset=Institute.objects.all())
    loans = RelatedFilter('LoanFilter', queryset=Loan.objects.all())
    events = RelatedFilter('EventFilter', queryset=Event.objects.all(), distinct=True)
    min_weight = f.NumberFilter(field_name='weight', lookup_expr='gte')
    max_weight = f.NumberFilter(field_name='weight', lookup_expr='lte')
    unchecked = f.BooleanFilter(field_name='checked', lookup_expr='isnull')
    not_type = f.CharFilter(field_name='type', exclude=True)
    country = f.CharFilter(field_name='institute__country__name', lookup_expr='icontains')
    country_code = AutoFilter(field_name='institute__country__code', lookups=['exact', 'in'])

    class Meta:
        model = Specimen
        fields = {
            'id': '__all__',
            'weight': ['exact', 'isnull', 'gt'],
            'length': '__all__',
            'width': '__all__',
            'count': '__all__',
            'klass': '__all__',
            'type': ['exact', 'in'],
            'order': ['exact', 'gt', 'isnull'],
            'page': ['exact', 'gt', 'lte'],
            'format': ['exact', 'in'],
            'sex': ['exact', 'isnull', 'in'],
            'checked': ['exact', 'isnull'],
            'guid': ['exact', 'in', 'startswith'],
            'prepared': '__all__',
            'remarks': ['icontains', 'isnull', 'iregex'],
        }


class LoanFilter(FilterSet):
    specimen = RelatedFilter(SpecimenFilter, queryset=Specimen.objects.all())
    institute = RelatedFilter(InstituteFilter, queryset=Institute.objects.all())

    class Meta:
        model = Loan
        fields = {
            'since': ['exact', 'year', 'gte', 'lt'],
            'until': ['isnull', 'exact', 'range'],
            'fee': ['exact', 'gt', 'isnull'],
        }


class EventFilter(FilterSet):
    specimen = RelatedFilter(SpecimenFilter, queryset=Specimen.objects.all(), lookups=['isnull'])

    class Meta:
        model = Event
        fields = {
            'id': ['exact', 'gt', 'lt'],
            'at': '__all__',
            'kind': ['exact', 'in'],
            'severity': ['exact', 'gte'],
            'took': ['exact', 'gt'],
            'value': '__all__',
            'message': ['search', 'icontains'],
        }


class MixedCaseFilter(FilterSet):
    class Meta:
        model = MixedCase
        fields = '__all__'


# --- the second API


class OpenInstituteFilter(FilterSet):
    """Without related filters: keys of related rows only."""

    class Meta:
        model = Institute
        fields = ['country', 'parent', 'kind', 'children']


class OpenPersonFilter(FilterSet):
    full_name = AutoFilter(lookups='__all__')
    login = AutoFilter(lookups=['exact', 'iexact', 'contains', 'startswith', 'in', 'gt'])
    born = AutoFilter(lookups=['exact', 'year', 'year__gte', 'month', 'lt', 'gt', 'isnull', 'range'])
    salary = AutoFilter(lookups='__all__')
    active = AutoFilter(lookups=['exact'])
    mentor = RelatedFilter('OpenPersonFilter', queryset=Person.objects.all(), lookups='__all__')
    boss = RelatedFilter('OpenPersonFilter', field_name='mentor', queryset=Person.objects.filter(active=True))
    students = RelatedFilter('OpenPersonFilter', queryset=Person.objects.all(), distinct=True)
    profile = RelatedFilter('OpenProfileFilter', queryset=Profile.objects.filter(level__gte=1))

    class Meta:
        model = Person
        fields = []


class OpenProfileFilter(FilterSet):
    class Meta:
        model = Profile
        fields = {'level': ['exact', 'gte', 'in'], 'badge': ['exact', 'isnull'], 'bio': ['icontains', 'exact']}


class OpenSpecimenFilter(FilterSet):
    class Meta:
        model = Specimen
        fields = {
            'institute__country': ['exact'],
            'institute__title': ['icontains'],
            'keywords': ['exact'],
            'keywords__label': ['exact'],
            'taxon': ['exact', 'in', 'isnull'],
            'collector': ['exact', 'gt', 'isnull', 'in'],
        }

from rest_framework import serializers as s
from .models import *


class CountrySerializer(s.ModelSerializer):
    class Meta:
        model = Country
        fields = '__all__'


class InstituteSerializer(s.HyperlinkedModelSerializer):
    id = s.ReadOnlyField()
    parent = s.SlugRelatedField(slug_field='slug', queryset=Institute.objects.all(), allow_null=True)

    class Meta:
        model = Institute
        exclude = ['hidden_code']
        extra_kwargs = {'url': {'lookup_field': 'slug'}}


class PersonSerializer(s.ModelSerializer):
    name = s.CharField(source='full_name')
    affiliation = s.HyperlinkedRelatedField(
        source='institute', view_name='institute-detail', lookup_field='slug', queryset=Institute.objects.all()
    )
    salary = s.DecimalField(max_digits=9, decimal_places=2, coerce_to_string=False)
    students = s.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Person
        fields = [
            'id',
            'url',
            'name',
            'login',
            'affiliation',
            'former_institute',
            'mentor',
            'born',
            'salary',
            'hours',
            'languages',
            'active',
            'students',
        ]


class ProfileSerializer(s.ModelSerializer):
    class Meta:
        model = Profile
        fields = ['url', 'person', 'bio', 'photo', 'prefs', 'level', 'badge']


class TaxonSerializer(s.ModelSerializer):
    parent = s.SlugRelatedField(slug_field='code', read_only=True)

    class Meta:
        model = Taxon
        fields = ['code', 'name', 'rank', 'parent', 'author', 'children']


class KeywordSerializer(s.HyperlinkedModelSerializer):
    class Meta:
        model = Keyword
        fields = ['url', 'word', 'label', 'weight']


class SpecimenSerializer(s.ModelSerializer):
    url = s.HyperlinkedIdentityField(view_name='specimen-detail')
    keywords = s.SlugRelatedField(slug_field='label', many=True, read_only=True)

    class Meta:
        model = Specimen
        fields = [
            'url',
            'id',
            'catalog_no',
            'taxon',
            'institute',
            'collector',
            'determiner',
            'collected_on',
            'collected_at',
            'prepared',
            'weight',
            'length',
            'width',
            'count',
            'klass',
            'type',
            'order',
            'page',
            'format',
            'sex',
            'checked',
            'grid',
            'seen_on',
            'measurements',
            'attrs',
            'guid',
            'remarks',
            'keywords',
            'borrowers',
        ]


class LoanSerializer(s.ModelSerializer):
    class Meta:
        model = Loan
        fields = ['id', 'since', 'until', 'fee', 'specimen', 'institute']
        depth = 1


class EventSerializer(s.ModelSerializer):
    class Meta:
        model = Event
        fields = ['id', 'at', 'local_time', 'specimen', 'kind', 'severity', 'message', 'took', 'value']


class MixedCaseSerializer(s.ModelSerializer):
    class Meta:
        model = MixedCase
        fields = '__all__'


# --- the second API: other views of the same rows


class CountryBrief(s.ModelSerializer):
    class Meta:
        model = Country
        fields = ['code', 'name']


class InstituteBrief(s.ModelSerializer):
    country = CountryBrief()

    class Meta:
        model = Institute
        fields = ['slug', 'title', 'country', 'rating']


class ProfileBrief(s.ModelSerializer):
    class Meta:
        model = Profile
        fields = ['level', 'bio', 'prefs']


class OpenPersonSerializer(s.ModelSerializer):
    href = s.HyperlinkedIdentityField(view_name='open-person-detail', lookup_field='login')
    profile = ProfileBrief(read_only=True)
    collected = s.HyperlinkedRelatedField(
        view_name='open-specimen-detail', lookup_field='guid', many=True, read_only=True
    )

    class Meta:
        model = Person
        fields = ['full_name', 'login', 'profile', 'collected', 'active', 'href']


class OpenSpecimenSerializer(s.ModelSerializer):
    number = s.CharField(source='catalog_no')
    species = s.CharField(source='taxon.name', read_only=True)
    home = InstituteBrief(source='institute', read_only=True)
    taxon = s.SlugRelatedField(slug_field='name', read_only=True)
    type_name = s.CharField(source='get_type_display', read_only=True)
    keywords = s.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Specimen
        fields = [
            'guid',
            'number',
            'species',
            'taxon',
            'home',
            'weight',
            'type',
            'type_name',
            'collected_at',
            'keywords',
        ]


class OpenTaxonSerializer(s.ModelSerializer):
    class Meta:
        model = Taxon
        fields = ['id', 'code', 'name', 'parent']
        depth = 2


class OpenInstituteSerializer(s.ModelSerializer):
    class Meta:
        model = Institute
        fields = ['slug', 'title', 'country', 'parent', 'opened', 'budget', 'kind', 'status', 'children']

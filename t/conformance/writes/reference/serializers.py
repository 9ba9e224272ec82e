from rest_framework import serializers as s
from .models import Berth, Captain, Company, Container, Country, Crossing, Label, Licence, LogEntry, Port, Ship, Voyage

def plain(m, lookup='pk', **more):
    """ModelSerializer over all columns + hyperlinked `url`; foreign keys are primary keys."""
    meta = type('Meta', (), dict(model=m, fields=['url'] + [f.name for f in m._meta.fields] + [f.name for f in m._meta.many_to_many], **more.pop('meta', {})))
    return type(m.__name__ + 'Serializer', (s.ModelSerializer,), dict(
        url=s.HyperlinkedIdentityField(view_name=m.__name__.lower() + '-detail', lookup_field=lookup), Meta=meta, **more))

CountrySerializer = plain(Country)
LabelSerializer = plain(Label)
CompanySerializer = plain(Company, parent=s.HyperlinkedRelatedField(view_name='company-detail', queryset=Company.objects.all(), allow_null=True, required=False))
class PortSerializer(s.ModelSerializer):
    url = s.HyperlinkedIdentityField(view_name='port-detail')
    class Meta:
        model = Port
        fields = ['url', 'locode', 'title', 'country', 'lat', 'lon', 'depth', 'opened', 'tides', 'services', 'berths', 'size', 'grade', 'rank']
ShipSerializer = plain(Ship, 'slug',
    owner=s.SlugRelatedField(slug_field='tax_no', queryset=Company.objects.all(), allow_null=True, required=False),
    home_port=s.HyperlinkedRelatedField(view_name='port-detail', queryset=Port.objects.all(), allow_null=True, required=False),
    labels=s.SlugRelatedField(slug_field='slug', queryset=Label.objects.all(), many=True, required=False))
class LicenceInside(s.ModelSerializer):
    class Meta: model = Licence; fields = ['captain', 'number', 'expires', 'issued_by']
CaptainSerializer = plain(Captain, ship=s.HyperlinkedRelatedField(view_name='ship-detail', lookup_field='slug', queryset=Ship.objects.all(), allow_null=True, required=False))
LicenceSerializer = plain(Licence)
VoyageSerializer = plain(Voyage, meta=dict(read_only_fields=['priority']))
ContainerSerializer = plain(Container)
CrossingSerializer = plain(Crossing, ship=s.HyperlinkedRelatedField(view_name='fleet-detail', queryset=Ship.objects.all()))
class BoxSerializer(s.ModelSerializer):
    url = s.HyperlinkedIdentityField(view_name='box-detail')
    voyage = s.SlugRelatedField(slug_field='token', queryset=Voyage.objects.all())
    class Meta: model = Container; fields = ['url', 'serial', 'voyage', 'position', 'weight']
class PortInside(s.ModelSerializer):
    class Meta: model = Port; fields = ['locode', 'title', 'country', 'lat', 'lon', 'depth', 'opened', 'tides', 'services', 'berths', 'size', 'grade', 'rank']
class BerthSerializer(s.ModelSerializer):
    url = s.HyperlinkedIdentityField(view_name='berth-detail')
    class Meta: model = Berth; fields = ['url', 'id', 'port', 'code', 'length_m', 'heated', 'ships']
LogEntrySerializer = plain(LogEntry)
class LabelInside(s.ModelSerializer):
    class Meta: model = Label; fields = ['id', 'slug', 'text']
class FleetSerializer(s.ModelSerializer):
    """Ships with what belongs to them, nested."""
    url = s.HyperlinkedIdentityField(view_name='fleet-detail')
    home_port = PortInside(read_only=True)
    labels = LabelInside(many=True, read_only=True)
    class Meta: model = Ship; fields = ['url', 'id', 'slug', 'name', 'kind', 'operator', 'built', 'laid_up', 'draught', 'papers', 'registered', 'home_port', 'labels']

from rest_framework import viewsets
from . import serializers
from .models import Berth, Captain, Company, Container, Country, Crossing, Label, Licence, LogEntry, Port, Ship, Voyage

def vs(model, name=None, **more):
    name = name or model.__name__
    return type(name + 'ViewSet', (viewsets.ModelViewSet,), dict(
        queryset=model.objects.all(), serializer_class=getattr(serializers, name + 'Serializer'), filter_backends=[], **more))

CountryViewSet = vs(Country)
PortViewSet = vs(Port)
CompanyViewSet = vs(Company)
LabelViewSet = vs(Label)
ShipViewSet = vs(Ship, lookup_field='slug')
CaptainViewSet = vs(Captain)
LicenceViewSet = vs(Licence)
VoyageViewSet = vs(Voyage)
ContainerViewSet = vs(Container)
CrossingViewSet = vs(Crossing)
BerthViewSet = vs(Berth)
LogEntryViewSet = vs(LogEntry)
FleetViewSet = vs(Ship, 'Fleet', http_method_names=['get', 'head', 'options', 'post', 'patch', 'delete'])

class BoxViewSet(viewsets.ModelViewSet):
    """Containers by the token of their voyage."""
    queryset = Container.objects.all()
    serializer_class = serializers.BoxSerializer
    filter_backends = []

from django.urls import include, path
from rest_framework.routers import DefaultRouter
from harbour import views as v
router = DefaultRouter()
for prefix, vs in (('countries', v.CountryViewSet), ('ports', v.PortViewSet), ('companies', v.CompanyViewSet), ('labels', v.LabelViewSet),
                   ('ships', v.ShipViewSet), ('captains', v.CaptainViewSet), ('licences', v.LicenceViewSet), ('voyages', v.VoyageViewSet),
                   ('containers', v.ContainerViewSet), ('crossings', v.CrossingViewSet), ('berths', v.BerthViewSet), ('log', v.LogEntryViewSet)):
    router.register(prefix, vs)
router.register('fleet', v.FleetViewSet, basename='fleet')
router.register('boxes', v.BoxViewSet, basename='box')
urlpatterns = [path('api/', include(router.urls))]

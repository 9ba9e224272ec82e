from django.urls import include, path
from rest_framework.routers import DefaultRouter
from . import views as v

one = DefaultRouter()
for prefix, view in (
    ('countries', v.CountryViewSet),
    ('institutes', v.InstituteViewSet),
    ('people', v.PersonViewSet),
    ('person-profiles', v.ProfileViewSet),
    ('taxa', v.TaxonViewSet),
    ('keywords', v.KeywordViewSet),
    ('specimens', v.SpecimenViewSet),
    ('loans', v.LoanViewSet),
    ('events', v.EventViewSet),
    ('mixed-case', v.MixedCaseViewSet),
):
    one.register(prefix, view)
two = DefaultRouter()
two.register('people', v.OpenPersonViewSet, basename='open-person')
two.register('specimens', v.OpenSpecimenViewSet, basename='open-specimen')
two.register('taxonomy', v.OpenTaxonViewSet, basename='open-taxon')
two.register('institutes', v.OpenInstituteViewSet, basename='open-institute')
urlpatterns = [path('catalog/v1/', include(one.urls)), path('open/', include(two.urls))]

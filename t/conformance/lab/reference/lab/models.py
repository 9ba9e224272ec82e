import uuid
from django.contrib.postgres.fields import ArrayField, CICharField
from django.db import models


class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=80, unique=True)
    iso3 = models.CharField(max_length=3, unique=True, null=True, blank=True)
    symbol = models.CharField(max_length=5, null=True, blank=True)
    area = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    gdp = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    population = models.BigIntegerField(null=True, blank=True)
    founded = models.DateField(null=True, blank=True)
    landlocked = models.BooleanField(null=True, blank=True)
    flag_colours = ArrayField(models.TextField(), default=list, blank=True, db_column='flagColours')
    calling_code = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        managed = False
        db_table = 'country'
        ordering = ['name']

    def __str__(self):
        return self.name


class Institute(models.Model):
    KINDS = [(1, 'Museum'), (2, 'University'), (3, 'Laboratory')]
    STATUS = [('planned', 'Planned'), ('open', 'Open'), ('on hold', 'On hold'), ('closed', 'Closed')]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    slug = models.SlugField(max_length=50, unique=True)
    title = models.TextField()
    country = models.ForeignKey(Country, models.PROTECT, related_name='institutes')
    parent = models.ForeignKey('self', models.SET_NULL, null=True, blank=True, related_name='children')
    kind = models.SmallIntegerField(choices=KINDS)
    status = models.CharField(max_length=8, choices=STATUS, default='open')
    website = models.URLField(null=True, blank=True)
    email = models.EmailField(null=True, blank=True)
    opened = models.DateField(null=True, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    rating = models.FloatField(null=True, blank=True)
    open_from = models.TimeField(null=True, blank=True)
    open_to = models.TimeField(null=True, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    created = models.DateTimeField()
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    contact = models.JSONField(null=True, blank=True)
    hidden_code = models.IntegerField(null=True, blank=True, db_column='Hidden Code')

    class Meta:
        managed = False
        db_table = 'institute'
        ordering = ['slug']

    def __str__(self):
        return self.title


class Person(models.Model):
    full_name = models.CharField(max_length=120, db_column='Full Name')
    login = CICharField(max_length=60, unique=True)
    institute = models.ForeignKey(Institute, models.SET_NULL, null=True, blank=True, related_name='people')
    former_institute = models.ForeignKey(
        Institute, models.SET_NULL, null=True, blank=True, related_name='alumni', db_column='formerInstitute'
    )
    mentor = models.ForeignKey('self', models.SET_NULL, null=True, blank=True, related_name='students')
    born = models.DateField(null=True, blank=True)
    salary = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    hours = models.FloatField(null=True, blank=True)
    languages = ArrayField(models.TextField(), default=list, blank=True)
    active = models.BooleanField(default=True)
    note = models.TextField(null=True, blank=True)

    class Meta:
        managed = False
        db_table = 'person'
        ordering = ['id']

    def __str__(self):
        return self.full_name


class Profile(models.Model):
    LEVELS = [(0, 'None'), (1, 'Low'), (2, 'Middle'), (3, 'High')]
    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name='profile')
    bio = models.TextField(default='', blank=True)
    photo = models.BinaryField(null=True, blank=True, editable=True)
    prefs = models.JSONField(default=dict, blank=True)
    level = models.SmallIntegerField(choices=LEVELS)
    badge = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        managed = False
        db_table = 'profile'
        ordering = ['person']

    def __str__(self):
        return str(self.person_id)


class Taxon(models.Model):
    RANKS = [('order', 'Order'), ('family', 'Family'), ('genus', 'Genus'), ('species', 'Species')]
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    rank = models.CharField(max_length=10, choices=RANKS)
    parent = models.ForeignKey('self', models.PROTECT, null=True, blank=True, related_name='children')
    author = models.CharField(max_length=60, null=True, blank=True)

    class Meta:
        managed = False
        db_table = 'taxon'
        ordering = ['-id']

    def __str__(self):
        return self.name


class Keyword(models.Model):
    word = models.TextField(primary_key=True)
    label = models.CharField(max_length=60)
    weight = models.FloatField(null=True, blank=True)

    class Meta:
        managed = False
        db_table = 'keyword'
        ordering = ['word']

    def __str__(self):
        return self.label


class Specimen(models.Model):
    TYPES = [('Types', [('holo', 'Holotype'), ('para', 'Paratype'), ('lecto', 'Lectotype')]), ('none', 'No type')]
    SEXES = [('m', 'male'), ('f', 'female')]
    id = models.BigIntegerField(primary_key=True)
    catalog_no = models.CharField(max_length=40, unique=True)
    taxon = models.ForeignKey(Taxon, models.PROTECT, to_field='code', db_column='taxon_code', related_name='specimens')
    institute = models.ForeignKey(Institute, models.PROTECT, related_name='specimens')
    collector = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name='collected')
    determiner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name='determined')
    collected_on = models.DateField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    prepared = models.DurationField(null=True, blank=True)
    weight = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    length = models.FloatField(null=True, blank=True)
    width = models.FloatField(null=True, blank=True)
    count = models.IntegerField(default=1)
    klass = models.SmallIntegerField(null=True, blank=True, db_column='class')
    type = models.CharField(max_length=10, choices=TYPES)
    order = models.IntegerField(null=True, blank=True)
    page = models.IntegerField(null=True, blank=True)
    format = models.CharField(max_length=10, null=True, blank=True)
    sex = models.CharField(max_length=1, null=True, blank=True, choices=SEXES)
    checked = models.BooleanField(null=True, blank=True)
    grid = ArrayField(models.IntegerField(), default=list, blank=True)
    seen_on = ArrayField(models.DateField(), null=True, blank=True)
    measurements = ArrayField(models.FloatField(), null=True, blank=True)
    attrs = models.JSONField(null=True, blank=True)
    guid = models.UUIDField(unique=True, default=uuid.uuid4)
    remarks = models.TextField(null=True, blank=True)
    keywords = models.ManyToManyField(Keyword, db_table='specimen_keyword', related_name='specimens', blank=True)
    borrowers = models.ManyToManyField(Institute, through='Loan', related_name='borrowed')

    class Meta:
        managed = False
        db_table = 'specimen'
        ordering = ['id']

    def __str__(self):
        return self.catalog_no


class Loan(models.Model):
    specimen = models.ForeignKey(Specimen, models.CASCADE, related_name='loans')
    institute = models.ForeignKey(Institute, models.CASCADE, related_name='loans')
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    fee = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)

    class Meta:
        managed = False
        db_table = 'loan'
        ordering = ['-since', 'id']
        unique_together = [('specimen', 'institute', 'since')]


class Event(models.Model):
    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    local_time = models.DateTimeField(null=True, blank=True)
    specimen = models.ForeignKey(Specimen, models.SET_NULL, null=True, blank=True, related_name='events')
    kind = models.CharField(max_length=20)
    severity = models.SmallIntegerField()
    message = models.TextField(null=True, blank=True)
    took = models.DurationField(null=True, blank=True)
    value = models.DecimalField(max_digits=6, decimal_places=0, null=True, blank=True)

    class Meta:
        managed = False
        db_table = 'event'
        ordering = ['id']


class MixedCase(models.Model):
    id = models.IntegerField(primary_key=True, db_column='Id')
    someValue = models.CharField(max_length=20, null=True, blank=True)
    Page = models.IntegerField(null=True, blank=True)
    search = models.TextField(null=True, blank=True)
    limited = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = 'MixedCase'
        ordering = ['id']

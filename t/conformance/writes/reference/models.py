from django.contrib.postgres.fields import ArrayField, CICharField, CITextField, CIEmailField
from django.core import validators as v
from django.db import models
import datetime, uuid
from django.utils import timezone

class Country(models.Model):
    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=50)
    order = models.IntegerField(default=0)
    class Meta: managed = False; db_table = 'country'; ordering = ['code']; verbose_name_plural = 'countries'
    def __str__(self): return self.name

class Port(models.Model):
    SIZES = [('S', 'Small'), ('M', 'Medium'), ('L', 'Large')]
    GRADES = [(1, 'First'), (2, 'Second'), (3, 'Third')]
    locode = models.CharField('UN/LOCODE', max_length=5, primary_key=True)
    title = CITextField(unique=True, db_column='name')
    country = models.ForeignKey(Country, models.PROTECT)
    lat = models.FloatField()
    lon = models.FloatField()
    depth = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    opened = models.DateField(null=True, blank=True)
    tides = ArrayField(models.DateField(), null=True, blank=True)
    services = ArrayField(models.TextField(), default=list, blank=True)
    berths = ArrayField(models.IntegerField())
    size = models.CharField(max_length=1, choices=SIZES, default='M')
    grade = models.SmallIntegerField(choices=GRADES, null=True, blank=True)
    rank = models.PositiveIntegerField(default=0)
    class Meta: managed = False; db_table = 'port'; ordering = ['locode']
    def __str__(self): return self.locode

class Company(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    tax_no = models.CharField(max_length=12, unique=True, null=True, blank=True)
    homepage = models.URLField(default='', blank=True)
    mail = models.EmailField(null=True, blank=True)
    parent = models.ForeignKey('self', models.SET_NULL, null=True, blank=True, related_name='subsidiaries')
    founded = models.PositiveSmallIntegerField(null=True, blank=True)
    capital = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    class Meta: managed = False; db_table = 'company'; ordering = ['id']; unique_together = [('name', 'parent')]
    def __str__(self): return self.name

class Label(models.Model):
    slug = models.SlugField(max_length=20, unique=True)
    text = models.TextField()
    class Meta: managed = False; db_table = 'label'; ordering = ['id']

class Ship(models.Model):
    KINDS = [('tanker', 'Tanker'), ('bulk', 'Bulk carrier'), ('container', 'Container ship'), ('ferry', 'Ferry')]
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    slug = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=40)
    imo = models.IntegerField('IMO number', null=True, blank=True, unique=True)
    kind = models.CharField(max_length=9, choices=KINDS)
    owner = models.ForeignKey(Company, models.CASCADE, null=True, blank=True, related_name='owned')
    operator = models.ForeignKey(Company, models.PROTECT, related_name='operated')
    sister = models.OneToOneField('self', models.SET_NULL, null=True, blank=True, related_name='twin')
    home_port = models.ForeignKey(Port, models.SET_NULL, null=True, blank=True, db_column='home_port', related_name='ships')
    call_sign = models.CharField(max_length=4, null=True, blank=True)
    built = models.PositiveSmallIntegerField()
    crew = models.PositiveIntegerField(null=True, blank=True)
    tonnage = models.PositiveBigIntegerField(default=0)
    draught = models.DecimalField(max_digits=5, decimal_places=3)
    beam = models.FloatField(null=True, blank=True)
    length = models.FloatField(default=1.5)
    insured = models.BooleanField(default=True)
    laid_up = models.BooleanField()
    classed = models.BooleanField(null=True, blank=True)
    specs = models.JSONField(null=True, blank=True)
    papers = models.JSONField()
    photo = models.BinaryField(null=True, blank=True, editable=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    registered = models.DateTimeField()
    refit = models.DateTimeField(null=True, blank=True)
    turnaround = models.DurationField(default=datetime.timedelta(days=1))
    watch = models.TimeField(default=datetime.time(8))
    remarks = models.TextField(default='', blank=True)
    motto = models.TextField(null=True, blank=True)
    flag = models.ForeignKey(Country, models.PROTECT, default='DE', db_column='flag_state')
    created = models.DateTimeField(auto_now_add=True)
    version = models.IntegerField(default=1, editable=False)
    labels = models.ManyToManyField(Label, related_name='ships', blank=True)
    ports = models.ManyToManyField(Port, through='Crossing', related_name='visitors')
    class Meta: managed = False; db_table = 'ship'; ordering = ['slug']
    def __str__(self): return self.name

class Captain(models.Model):
    given = models.CharField(max_length=30, validators=[v.MinLengthValidator(2)])
    family = models.CharField(max_length=30)
    born = models.DateField()
    ship = models.OneToOneField(Ship, models.SET_NULL, null=True, blank=True, related_name='captain')
    mail = CIEmailField(unique=True)
    score = models.DecimalField(max_digits=4, decimal_places=4, null=True, blank=True)
    stars = models.SmallIntegerField(default=3, validators=[v.MinValueValidator(1), v.MaxValueValidator(5)])
    language = models.CharField(max_length=2, null=True, blank=True, choices=[('de', 'German'), ('en', 'English')])
    pin = models.TextField(default='none')
    class Meta: managed = False; db_table = 'captain'; ordering = ['id']; unique_together = [('given', 'family', 'born')]

class Licence(models.Model):
    captain = models.OneToOneField(Captain, models.CASCADE, primary_key=True)
    number = models.CharField(max_length=10, unique=True, validators=[v.RegexValidator(r'^[A-Z]\d+$')])
    expires = models.DateField(null=True, blank=True)
    issued_by = models.ForeignKey(Port, models.PROTECT, db_column='issued_by')
    class Meta: managed = False; db_table = 'licence'; ordering = ['captain']

class Voyage(models.Model):
    STATUS = [('planned', 'Planned'), ('sailing', 'Sailing'), ('done', 'Done')]
    PRIORITY = [(1, 'Low'), (2, 'Normal'), (3, 'High')]
    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    ship = models.ForeignKey(Ship, models.CASCADE, related_name='voyages')
    origin = models.ForeignKey(Port, models.PROTECT, related_name='departures')
    destination = models.ForeignKey(Port, models.PROTECT, null=True, blank=True, related_name='arrivals')
    number = models.IntegerField()
    leg = models.SmallIntegerField(default=1)
    departs = models.DateTimeField()
    arrives = models.DateTimeField(null=True, blank=True)
    delay = models.DurationField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=STATUS, default='planned')
    priority = models.IntegerField(choices=PRIORITY, default=2)
    fare = models.DecimalField(max_digits=7, decimal_places=1)
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True, default=0)
    checkpoints = ArrayField(models.DateField(), default=list, blank=True)
    weights = ArrayField(models.DecimalField(max_digits=5, decimal_places=2), null=True, blank=True)
    manifest = models.JSONField(default=dict, blank=True)
    token = models.UUIDField(unique=True)
    class Meta: managed = False; db_table = 'voyage'; ordering = ['id']; unique_together = [('ship', 'number', 'leg')]

class Container(models.Model):
    serial = models.CharField(max_length=11, primary_key=True)
    voyage = models.ForeignKey(Voyage, models.RESTRICT, to_field='reference', db_column='voyage_ref', related_name='containers')
    position = models.SmallIntegerField()
    contents = models.TextField(null=True, blank=True)
    temperature = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    sealed = models.BooleanField(default=False)
    weight = models.FloatField(null=True, blank=True, validators=[v.MinValueValidator(0)])
    class Meta: managed = False; db_table = 'container'; ordering = ['serial']; unique_together = [('voyage', 'position')]

class Crossing(models.Model):
    ship = models.ForeignKey(Ship, models.CASCADE)
    port = models.ForeignKey(Port, models.PROTECT)
    role = models.CharField(max_length=10)
    class Meta: managed = False; db_table = 'crossing'; ordering = ['id']; unique_together = [('ship', 'port')]

class Berth(models.Model):
    port = models.ForeignKey(Port, models.CASCADE, related_name='quays')
    code = models.CharField(max_length=6)
    length_m = models.DecimalField('length in metres', max_digits=5, decimal_places=1, default=100)
    heated = models.BooleanField(null=True, blank=True, default=False)
    ships = models.ManyToManyField(Ship, related_name='quays')
    class Meta: managed = False; db_table = 'berth'; ordering = ['id']; unique_together = [('port', 'code')]

class LogEntry(models.Model):
    id = models.BigAutoField(primary_key=True)
    ship = models.ForeignKey(Ship, models.CASCADE, related_name='log')
    at = models.DateTimeField(default=timezone.now)
    day = models.DateField(auto_now_add=True)
    entry = models.CharField(max_length=500)
    wind = models.SmallIntegerField(null=True, blank=True, validators=[v.MinValueValidator(0), v.MaxValueValidator(12)])
    air = models.FloatField(default=0)
    link = models.URLField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    extra = models.JSONField(null=True, blank=True, default=list)
    class Meta: managed = False; db_table = 'log_entry'; ordering = ['id']; verbose_name_plural = 'log entries'

"""What generate.py sends: a row of each resource, and values of every kind and mistake."""

SHIP = '11111111-1111-4111-8111-111111111111'

# Of each resource: a row that can be created, and the key of one that is there.
BASE = {'countries': ({'code': 'NO', 'name': 'Norway', 'order': 5}, 'DE'),
 'ports': ({'locode': 'NOOSL',
            'title': 'Oslo',
            'country': 'SE',
            'lat': 1.5,
            'lon': 2.5,
            'depth': '1.5',
            'opened': '2000-01-01',
            'tides': ['2024-01-01'],
            'services': ['a'],
            'berths': [1, 2],
            'size': 'S',
            'grade': 2,
            'rank': 7},
           'DEHAM'),
 'companies': ({'name': 'New',
                'tax_no': 'NN1',
                'homepage': 'http://a.example/',
                'mail': 'a@b.example',
                'parent': 'http://HOST/api/companies/1/',
                'founded': 1900,
                'capital': '5.25'},
               '2'),
 'labels': ({'slug': 'new', 'text': 'New'}, '1'),
 'ships': ({'id': '55555555-5555-4555-8555-555555555555',
            'slug': 'new',
            'name': 'New',
            'imo': 77,
            'kind': 'bulk',
            'owner': 'DE1',
            'operator': 2,
            'sister': '33333333-3333-4333-8333-333333333333',
            'home_port': 'http://HOST/api/ports/SEGOT/',
            'call_sign': 'ABCD',
            'built': 1,
            'crew': 2,
            'tonnage': 3,
            'draught': '4.5',
            'beam': 5.5,
            'length': 6.5,
            'insured': False,
            'laid_up': True,
            'classed': False,
            'specs': {'a': 1},
            'papers': [1],
            'photo': 'AAEC',
            'address': '10.0.0.1',
            'registered': '2020-01-01T00:00:00Z',
            'refit': '2020-01-01T00:00:00Z',
            'turnaround': '01:00:00',
            'watch': '10:00',
            'remarks': 'r',
            'motto': 'm',
            'flag': 'NL',
            'labels': ['ice', 'fast']},
           'aurora'),
 'captains': ({'given': 'Di',
               'family': 'Dahl',
               'born': '1990-01-01',
               'ship': 'http://HOST/api/ships/borealis/',
               'mail': 'di@example.org',
               'score': '0.25',
               'stars': 2,
               'language': 'de',
               'pin': 'p'},
              '1'),
 'licences': ({'captain': 2, 'number': 'B2', 'expires': '2031-01-01', 'issued_by': 'NLRTM'}, '1'),
 'voyages': ({'reference': 'V-9',
              'ship': '11111111-1111-4111-8111-111111111111',
              'origin': 'DEHAM',
              'destination': 'SEGOT',
              'number': 9,
              'leg': 2,
              'departs': '2024-01-01T00:00:00Z',
              'arrives': '2024-01-02T00:00:00Z',
              'delay': '1 01:00:00',
              'status': 'done',
              'priority': 1,
              'fare': '5.5',
              'cost': '1.25',
              'checkpoints': ['2024-01-01'],
              'weights': ['1.5'],
              'manifest': {'a': [1]},
              'token': 'aaaaaaaa-0000-4000-8000-000000000009'},
             '1'),
 'containers': ({'serial': 'NEWX1111111',
                 'voyage': 'V-2',
                 'position': 3,
                 'contents': 'c',
                 'temperature': '1.5',
                 'sealed': True,
                 'weight': 1.5},
                'HLXU1234567'),
 'crossings': ({'ship': 'http://HOST/api/fleet/11111111-1111-4111-8111-111111111111/', 'port': 'SEVST', 'role': 'x'}, '1'),
 'boxes': ({'serial': 'NEWX1111111', 'voyage': 'aaaaaaaa-0000-4000-8000-000000000002', 'position': 3, 'weight': 1.5},
           'HLXU1234567'),
 'berths': ({'port': 'SEGOT',
             'code': 'B9',
             'length_m': '50.5',
             'heated': True,
             'ships': ['11111111-1111-4111-8111-111111111111']},
            '1'),
 'log': ({'ship': '11111111-1111-4111-8111-111111111111',
          'at': '2024-01-01T00:00:00Z',
          'day': '2024-01-01',
          'entry': 'e',
          'wind': 3,
          'air': 1.5,
          'link': 'http://x.example/',
          'tags': ['t'],
          'extra': {'x': 1}},
         '1'),
 'fleet': ({'id': '66666666-6666-4666-8666-666666666666',
            'slug': 'fl',
            'name': 'Fl',
            'kind': 'bulk',
            'operator': 1,
            'built': 2,
            'laid_up': False,
            'draught': '1.5',
            'papers': {},
            'registered': '2020-01-01T00:00:00Z',
            'home_port': 'DEHAM',
            'labels': [1]},
           '11111111-1111-4111-8111-111111111111')}

# Keys that can be written, and their value in the row that is there: changing them is an exception of its own.
NATURAL = {'countries': ('code', 'DE'),
 'ports': ('locode', 'DEHAM'),
 'ships': ('id', '11111111-1111-4111-8111-111111111111'),
 'licences': ('captain', 1),
 'containers': ('serial', 'HLXU1234567'),
 'boxes': ('serial', 'HLXU1234567'),
 'fleet': ('id', '11111111-1111-4111-8111-111111111111')}

# Values for every field.
COMMON = [None, '', ' ', 'x', True, False, 0, 1, -1, 2, 1.0, 1.5, -0.0, 1000.0, '0', '1', '-1', ' 1 ', '1.0', '1.5', '01', '+1', '1_0',
 '٣', '1e2', 'abc', 'é☃🚢', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
 '111111111111111111111111111111',
 '99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999',
 'null', 'None', 'true', 'True', 'NaN', 'Infinity', '-inf', 99999, 40000, 2147483648, -2147483649, 9223372036854775808,
 10000000000000000000000000, 1e+20, 1.7e+308, 3.5e+38, 1e-50, [], {}, [1], ['x'], {'a': 1}, [None], [[]], [[1]], 'a\x00b',
 'a\ud800b', '\xa0x\u3000', 'a\nb', 'it\'s "q" \\', '<b>&amp;', '%s', '2024-01-01', '2024-01-01T10:00:00Z', '10:00',
 '1 10:00:00', '192.0.2.1', '2001:DB8::1', 'aaaaaaaa-0000-4000-8000-0000000000ff', 'AAAAAAAA0000400080000000000000FF',
 'http://HOST/api/ports/SEGOT/', 'http://HOST/api/fleet/33333333-3333-4333-8333-333333333333/', 'http://HOST/api/fleet/x/',
 '/api/fleet/33333333-3333-4333-8333-333333333333/', '/api/fleet/33333333-3333-4333-8333-333333333334/',
 'aaaaaaaa-0000-4000-8000-000000000003', 'a@b.example', 'DE', 'DEHAM', 'SEGOT', 'DE1', 'ice', 'Hamburg', 'hamburg', 'HAMBURG',
 'aurora', 'V-1', 'V-2', 9000001, 9000002, '9000002', 3, '3', 4]

# More of them for the types that OPTIONS names; those of `list` are whole values.
TYPED = {'date': ['2024-02-30', '2024-1-2', '20240102', '2024-01-01T00:00:00', ' 2024-01-01', '2024-01-01 ', '0001-01-01', '9999-12-31',
          '10000-01-01', '0000-01-01', '2024-W01-1', '2024-001', '01/02/2024', '٢٠٢٤-٠١-٠١', '2024-02-29', '2024-13-01',
          '-2024-01-01', '2024-01-01\n'],
 'datetime': ['2024-01-01T10:00', '2024-01-01 10:00:00', '2024-01-01T10:00:00.5', '2024-01-01T10:00:00.1234567',
              '2024-01-01T10:00:00,5', '2024-01-01T10:00:00+02:00', '2024-01-01T10:00:00+0200', '2024-01-01T10:00:00+02',
              '2024-01-01T10:00:00-23:59', '2024-01-01T10:00:00+24:00', '2024-01-01T25:00:00Z', '2024-01-01T24:00:00Z',
              '2024-01-01T10:60Z', '2024-01-01T10:00:60Z', '2024-01-01t10:00:00z', '2024-01-01T10:00:00 Z', '2024-01-01  10:00',
              '2024-1-1T1:00', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00+05:00',
              '9999-12-31T23:59:59-05:00', '20240101T100000Z', '2024-01-01T10', '1900-01-01T00:00:00+00:00:30',
              '2024-01-01T10:00:00+02:60', '2024-02-30T10:00Z', 1700000000],
 'time': ['10:00:00', '10:00:00.5', '10:00:00.123456', '10:00:00.1234567', '10:00:00,5', '24:00', '23:59:59.999999', '10',
          '10:0', '1:00', '10:00Z', '10:00:00+01:00', '25:00', '10:60', '10:00:60', ' 10:00', '10:00 ', '1000', '10:00:00Z',
          '3:4:5', 'T10:00', '10:00 AM', '٠٨:٠٠'],
 'field': ['1', '01:00', '1:2:3', '1 day', '1 days', '2 days, 3:04:05', '-1 00:00:01', '-1:00:00', '1 1', '0.5', '1.1234567',
           '00:00:00.000001', 'P1D', 'P1DT2H3M4.5S', '-P1D', 'PT36H', 'P1Y', 'P1W', '1 day 02:00:00', '-1 days 02:00:00',
           '999999999', '1000000000 00:00:00', '99999999999999', '1 25:61:61', '00:60', '00:00:60', ' 1', '1 ', '-0', 'P', 'PT',
           'P-1D', '@ 1 day', '1 mon', '{"a": 1}', '{"b":1,"a":{"c":[1.50,1e5,1E400,-0]}}',
           [1, 2.5, 1e+16, 1e-07, 123456789012345678901234567890, 'x', None, True], {'k': '\x00'}, {'a\x00': 1},
           {'k': '\ud800'}, {'': 1, 'é': 'é', 'z': {'y': [], 'x': {}}}, 'AAEC', 'AAE=', 'AA==', 'AAE', 'A', '====', 'AA=A',
           'A-_B', ' AAEC ', 'AA\nEC', 'éAAA', 'data:;base64,AAEC', 'AAECAAEC=', 'AAEC====', '=AAEC', 'AAECA=='],
 'choice': ['S', 'M', 's', ' S', 'S ', 'Small', 'planned', 'Planned', 'tanker', 'en', 5, '2.0', 2.0],
 'string': [' pad ', '\t\n', '\u200b', '\ufeff', 'xxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
            'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'éééééééééééééééééééééééééééééé', 'ééééééééééééééééééééééééééééééé',
            '🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢🚢', 'a b', 'a-b_c', 'É', 'a.b', 'mailto:x@y', 'A1', 'B22', 'b1', 'B1\n', '1B', 'Ada', 'Ahlers',
            'Ada@example.org', 'ADA@EXAMPLE.ORG', 'Göteborg', 'GÖTEBORG', '\x7f', '\x01', '\u2028', 'ab', 'abc', 'abcd',
            'abcde', 'ß', 1e+16, 1.1, 12345678901234567890, 1e+22, 1e+21, 123456789.12345679, 1e-05, 0.0001],
 'slug': ['a b', 'a/b', 'é', 'A_b-1', 'borealis', 'ice', 'old', '-', '_', 'a.b', 'xxxxxxxxxxxxxxxxxxxx',
          'xxxxxxxxxxxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', ' ice ', 'a\n'],
 'email': ['a@b', 'a@b.c', 'a@b.co', 'a b@c.de', '"a b"@c.de', 'a@[127.0.0.1]', 'a@[::1]', 'a@localhost', 'A@B.CO', '.a@b.co',
           'a.@b.co', 'a..b@c.co', 'a@b..co', 'a@-b.co', 'a@b-.co', 'é@b.co', 'a@é.co', 'a@b.co.',
           'a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.co',
           'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.co',
           'a@b.c1', 'a@b.1c', 'a@xn--p1ai.xn--p1ai', "o'x@b.co", 'a+b@c.co', 'a@b@c.co', '@b.co', 'a@', 'a@b_c.co',
           'bo@example.org', 'Bo@Example.org', 'BO@EXAMPLE.ORG', 'a@b.co\n', 'a@b.co,c@d.co'],
 'url': ['http://a', 'http://a.b', 'https://a.example/ä?x=1#y', 'ftp://a.example', 'ftps://a.example/', 'mailto:a@b.co',
         '//a.example', 'a.example', 'http://', 'http:///x', 'http://localhost', 'http://localhost:80/', 'http://1.2.3.4',
         'http://256.1.1.1', 'http://[::1]/', 'http://[::1', 'http://a.example:99999/', 'http://a.example:123456/',
         'http://user:pw@a.example/', 'http://u@v@a.example/', 'HTTP://A.EXAMPLE', 'http://a_b.example', 'http://-a.example',
         'http://a-.example', 'http://a..example', 'http://a.example./', 'http://é.example/', 'http://a.é/',
         'http://a.example/ x', 'http://a.example\n', 'http://a.example?x', 'http://a.example#x', 'javascript:alert(1)',
         'http://a.example/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
         'http://a.example:/', 'http://a.example:80a/', 'http://.a.example',
         'http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example',
         'http://xn--e1afmkfd.xn--80akhbyknj4f', 'http://foo/', 'http://0.0.0.0/', 'http://1.2.3/', 'http://a.1/',
         'http://01.2.3.4/', 'http://a.example\t', 'svn+ssh://a.example'],
 'integer': ['1.00', '1.', '.0', '1.0.0', '1,000', '0x10', '0b1', '1 000', '−1', '১', '٣.٠', '1e0', '32767', '32768', '-32768',
             '-32769', '2147483647', '2147483648', '-0', 1.9, 100.0, 32768, -32769, 5, 6, 12, 13,
             '0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
             '0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001',
             '5.000', '+5', '--5', '5\x00', '\n5\n', '5_', '_5', '5__5', '1_0.0'],
 'float': ['1.', '.5', '1e5', '1E-5', '1e400', '-1e400', 'inf', 'nan', '1_0.5', '0x1p3', '1,5', '1 5', ' 2.5 ', '\xa02.5', '1d',
           '3.4028235e38', '3.4028236e38', '1e-46', '1.17549435e-38', '0.1', 0.1, 0.3333333333333333, 16777217, '16777217',
           1000000000000000.0, 1e+16, 123456.78901234567, -5, '-0.0', 5e-324, '+.5e+1', '1e', 'e1', '1.5f', '-1'],
 'decimal': ['1.', '.5', '1e2', '1E-2', '1e-10', '1e10', '1.0000', '1.00001', '99.9999', '0.99995', '12345678901', '-0',
             '-0.00', '0.0001', '00001.5', '1_0', '1 0', '٣', '1,5', 'sNaN', 'Infinity', '-5.5', ' 5.5 ', 0.1,
             0.30000000000000004, 1e+22, 12345.678, 99.9994, 99.9996, '0e5', '0E-10', '1E+3', 1e-05, '999.999', '9999.9',
             '99999.99', '100.0', '1.10', '1.10000', '0.1234', '0.12345', '1.2345', '.1234', '٠.٥', '+.5', '0.5.5', '1e1000000',
             '1e-1000000', '1e9999999999', '111111111111', '0.000000000000000000000000000000', '000000000000000000000000000000',
             '-1e-5'],
 'boolean': ['t', 'T', 'y', 'Y', 'yes', 'Yes', 'YES', 'yEs', 'TRUE', 'tRUE', 'on', 'On', 'ON', 'f', 'F', 'n', 'no', 'off',
             'FALSE', 'Null', 'NULL', 'null ', ' true', 1.0, 0.0, 2, '1.0', 'nil', 'none', 'ok'],
 'list': [[1, 2, 3], ['1', 'x', None, 2.5], ['2024-01-01', '2024-02-30', 5], [[], {}], [True], ['xxxxxxxxxxx'], ['', ' '],
          ['a,b', '"q"', '\\', '{}', 'NULL', 'null'], [1.5], ['1.555', '1000', '1.5'], ['é☃'], ['a\x00'],
          [2147483648, -2147483649], '[1]', '{1,2}', {'0': 1}, 5, [' pad '], [100.0], ['1.0'], ['ice', 'ice'], ['ice', 'nope'],
          ['11111111-1111-4111-8111-111111111111', '11111111-1111-4111-8111-111111111111'],
          ['11111111-1111-4111-8111-111111111111', 'x'], [5], [0.1], ['0.1', 0.25], ['NaN'], [100000000000000000000]]}

# JSON texts; surrogates stand for bytes that are not UTF-8.
TEXTS = ['', ' ', 'null', 'true', 'false', '1', '1.5', '"x"', '[]', '[1]', '{}', '[{}]', 'nul', 'tru', 'NaN', 'Infinity', '-Infinity',
 '-', '+1', '01', '1.', '.5', '1e', '1e5', '1E+', '0x1', "'a'", '{a: 1}', '{"a"}', '{"a":}', '{"a":1,}', '{,}', '{"a":1 "b":2}',
 '{"a":1,,"b":2}', '[1,]', '[,1]', '[1 2]', '[1', '[', '{', '{"a"', '{"a":1', '{"a":1,', '"', '"abc', '"\\', '"\\u', '"\\u12',
 '"\\u12"', '"\\uZZZZ"', '"\\x"', '"\n"', '"\t"', '"\x00"', '"\x1f"', '"a\\u0000b"', '{"slug":"a","slug":"b","text":"x"}',
 '{"slug":"a","text":"x"} ', '{"slug":"a","text":"x"}x', '{"slug":"a","text":"x"}{}', '{}\n}', '\n\n{"a":\n  x}', '{"é": é}',
 '["é", x]', '/* c */{}', '// c\n{}', '{"slug":"a","text":"x"}\x00', '\x00', '\ufeff{}', '{"slug":"\\ud83d\\ude00","text":"x"}',
 '{"slug":"a","text":"\\ud83d"}', '{"slug":"a","text":"\\ude00\\ud83d"}', '{"slug":"a","text":"\\ud83dx"}',
 '{"slug": "b", "text": "\\ud83d\\u0041"}', '{"slug":"a","text":1e400}', '{"slug":"a","text":-1e400}',
 '{"slug":"a","text":NaN}', '{"slug":"a","text":[NaN]}', '{"x":NaN}', '{"x":Infinity,"slug":"q","text":"t"}',
 '{"slug":"a","text":12345678901234567890123}', '{"slug":"a","text":1e-400}', '{"slug":"a","text":-0}',
 '{"slug":"a","text":-0.0}', '{"slug":"a","text":1E5}', '{"slug":"a","text":0.1e1}',
 '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]',
 '{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}',
 '\xa0{}', '\u2028{}', '\x0b{}', '\x0c{}', '{}\xa0', '[\xa0]', 'ïnf', '\\', ']', '}', ':', ',', '{"":""}',
 '{"slug":"a" , "text" : "b" }', '{"slug":"a"\xa0,"text":"b"}',
 '{"a":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n', '{"a":tru}',
 '{"a":nulll}', '{"a":truee}', '[truefalse]', '[1.2.3]', '[1e5e5]', '[--1]', '[-]', '[- 1]', '["\\"]', '["\\\\"]', '["\\a"]',
 '["\\U0041"]', '["a"b"]', '["a",b"]', '{"a" 1}', '{"a"::1}', '{1:1}', '{null:1}', '{"a":1}}', '[[]', '[[]]]', '{"a":[}',
 '{"a":[1}', '{"a":{"b":1]}', '{"a\n":1}', '{"a\\q":1}', '{"a', '{"a\\', '{"a":"b\\u00', '[1,\n2,\n3\n,x]', '\r\n\r\n[\r\nx',
 '\r\rx', '[1,\r2 3]', '\udcff', '{"a":"\udcff"}', '{"a":"\udcc3"}', '{"a":"\udcc3("}', '\udcc3', '{"a":"\udced\udca0\udc80"}',
 '{"a":"\udcf5\udc80\udc80\udc80"}', '{"a":"\udce2\udc82"}', '{"a":"\udce2(\udca1"}', '{"a":"\udcf0\udc9f\udc98"}',
 '{"a":"\udcc0\udc80"}', '{"a":"\udcf4\udc90\udc80\udc80"}', '{"a":"\udce0\udc80\udc80"}', '{"a":"\udc80"}',
 '\udcff\udcfe{\x00"\x00a\x00"\x00:\x001\x00}\x00', '{\x00"\x00a\x00"\x00:\x001\x00}\x00',
 '\udcff\udcfe\x00\x00{\x00\x00\x00"\x00\x00\x00a\x00\x00\x00"\x00\x00\x00:\x00\x00\x001\x00\x00\x00}\x00\x00\x00',
 '\ufeff{"slug":"bom","text":"x"}', '\ufeff', '\udcef\udcbb', '{"slug":"a","text":"\udce9"}', '{"slug":"a","text":"🚢"}',
 '\udcf1\udc80\udc80{', '\udcf0\udc80\udc80\udc80', 'x\udcf4\udc90x', '\udce1\udc80x', '\udcf1\udc80x', '\udcc2',
 '\udcdf\udcff', '\udced\udcbf\udcbf']

# Media types.
TYPES = ['application/json; charset=utf-8', 'application/json; charset=latin-1', 'application/json; charset=nope',
 'application/json; foo=bar', 'APPLICATION/JSON', ' application/json', 'application/json ', 'application/json;',
 'application/json;;', 'application/vnd.api+json', 'text/json', 'text/plain', '', 'json', 'application/*', '*/*',
 'application/xml', 'application/json, text/plain', 'application/json x', 'application/jsonx', 'application / json',
 'application/', '/', ';', 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=""',
 'multipart/form-data; boundary="XX"', 'multipart/form-data; boundary=X X',
 'multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
 'multipart/form-data; '
 'boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
 'multipart/form-data; boundary=XX; boundary=YY', 'multipart/form-data;BOUNDARY=XX', 'multipart/mixed; boundary=XX',
 'application/x-www-form-urlencoded; charset=utf-8', 'application/x-www-form-urlencoded; charset=iso-8859-1',
 'application/x-www-form-urlencoded;x', 'text/html; x="a;b"']

# Forms.
FORMS = ['', '&', '=', '&&', 'slug', 'slug=', '=x', 'slug=a&text=b', 'slug=a&slug=b&text=c', 'slug=a;text=b', 'slug=a+b&text=%2B',
 'slug=a&text=%', 'slug=a&text=%zz', 'slug=a&text=%E9', 'slug=a&text=%c3%a9', 'slug=a&text=é', 'slug=a&text=%00',
 'slug=a&text=b&id=7', 'slug=a&text=b&url=x', 'SLUG=a&text=b', 'slug%5B0%5D=a&text=b', 'slug=a&text=b&', '?slug=a&text=b',
 'slug=a&text==b', 'slug=a&text=b=c', 'slug=a\n&text=b\r\n', 'slug=a&text=b#x', ' slug=a& text=b', '%73lug=a&text=b',
 '{"slug":"a","text":"b"}',
 'slug=a&text=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
 'slug=a&text=%ud83d', 'slug=a&text=%ED%A0%80']

# Multipart bodies with the boundary XX.
MULTIPARTS = ['', '--XX--', '--XX--\r\n', '--XX\r\n', 'garbage',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 'preamble\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n'
 'epilogue',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name=text\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 "Content-Disposition: form-data; name='text'\r\n"
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'content-disposition: FORM-DATA; NAME="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"; filename="a.txt"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"; filename=""\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 'Content-Type: text/plain; charset=latin-1\r\n'
 '\r\n'
 'é\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 'Content-Transfer-Encoding: base64\r\n'
 '\r\n'
 'aGVsbG8=\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 'Content-Transfer-Encoding: base64\r\n'
 '\r\n'
 'aGVsbG8\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 'Content-Transfer-Encoding: quoted-printable\r\n'
 '\r\n'
 'a=3Db\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'two\r\n'
 'lines\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 '\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 ' pad \r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'a--XXb\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'a\r\n'
 '--XXb\r\n'
 'c\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'cut',
 '--XX\r\nContent-Disposition: form-data; name="slug"\r\n\r\nmp\r\n--XX\r\nContent-Disposition: form-data; name="text"\r\n',
 '--XX\r\nContent-Disposition: form-data; name="slug"\r\n\r\nmp\r\n--XX\r\nContent-Disposition: form-data; name="text"',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\nContent-Disposition: form-data; name="slug"\r\n\r\nmp\r\n--XX\r\n\r\nx\r\n--XX--\r\n',
 '--XX\r\nContent-Disposition: form-data; name="slug"\r\n\r\nmp\r\n--XX\r\nX: y\r\n\r\nx\r\n--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: attachment; name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"; name="other"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="te\\"xt"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 "Content-Disposition: form-data; name*=utf-8''text\r\n"
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\nContent-Disposition: form-data; name="slug"\n\nmp\n--XX\nContent-Disposition: form-data; name="text"\n\nx\n--XX--\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'x\x00y\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'é🚢\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'second\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX \r\n'
 'Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition:form-data;name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name="text" \r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 ' Content-Disposition: form-data; name="text"\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '--XX\r\n'
 'Content-Disposition: form-data; name="slug"\r\n'
 '\r\n'
 'mp\r\n'
 '--XX\r\n'
 'Content-Disposition: form-data; name=""\r\n'
 '\r\n'
 'x\r\n'
 '--XX--\r\n',
 '\r\n--XX\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--XX--\r\n',
 '--XX--\r\n--XX\r\nContent-Disposition: form-data; name="slug"\r\n\r\nmp\r\n--XX--\r\n']

# Addresses where nothing is, or not quite.
UNKNOWN = ['/api/labels/99/', '/api/labels/x/', '/api/labels', '/api/labels/1', '/api/ships/nope/', '/api/fleet/x/', '/api/nope/',
 '/api/labels/1/x/', '/api/labels/?format=xml', '/api/containers/NOPE/']

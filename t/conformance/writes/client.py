"""One request with whatever bytes, and its answer as it is recorded; and a database that is put back as it was."""
import http.client
import re
import subprocess
from urllib.parse import urlsplit

from moment import Moment

HEADERS = ['Content-Type', 'Allow', 'Vary', 'Location', 'WWW-Authenticate', 'Preference-Applied']


class Client:
    """Addresses of the server are HOST in what is recorded: in bodies both ways, and in headers."""

    def __init__(self, base):
        url = urlsplit(base)
        self.netloc, self.connection = url.netloc, None

    def plain(self, text):
        return text.replace('http://' + self.netloc, 'http://HOST')

    def ask(self, method, path, headers, body):
        """`body` is text that stands for bytes (surrogates for those that are not UTF-8), or None."""
        data = None
        if body is not None:
            data = body.replace('http://HOST/', 'http://%s/' % self.netloc).encode('utf-8', 'surrogateescape')
        for last in (False, True):
            try:
                return self.exchange(method, path, headers, data)
            except (http.client.HTTPException, OSError):
                self.connection = None
                if last:
                    raise

    def exchange(self, method, path, headers, data):
        if self.connection is None:
            host, port = self.netloc.split(':')
            self.connection = http.client.HTTPConnection(host, int(port), timeout=60)
        connection = self.connection
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if data is not None or method in ('POST', 'PUT', 'PATCH'):
            connection.putheader('Content-Length', str(len(data or b'')))
        connection.endheaders(data or None)
        response = connection.getresponse()
        text = self.plain(response.read().decode('utf-8', 'replace'))
        if response.will_close:
            connection.close()
            self.connection = None
        answer = {'status': response.status, 'headers': {}}
        for name in HEADERS:
            if response.headers.get_all(name):
                answer['headers'][name] = self.plain(', '.join(response.headers.get_all(name)))
        kind = answer['headers'].get('Content-Type', '').split(';')[0]
        if text:
            answer[{'application/json': 'json', 'text/html': 'html'}.get(kind, 'text')] = text if kind != 'text/html' else len(text)
        return answer


class Database:
    """The tables as they were loaded (schema.sql has the procedure), by one psql that stays."""

    def __init__(self, command):
        self.psql = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.changed = True

    def note(self, method, answer):
        """A write that succeeded changed rows; one that failed may have counted up a sequence."""
        self.changed |= method not in ('GET', 'HEAD', 'OPTIONS') and answer['status'] not in (401, 403, 404, 405, 415)

    def restore(self):
        if self.changed:
            self.psql.stdin.write('CALL pristine.restore();\n\\echo restored\n')
            self.psql.stdin.flush()
            if self.psql.stdout.readline().strip() != 'restored':
                raise RuntimeError('the database could not be restored')
            self.changed = False


def perform(client, database, case):
    """Returns the answers of one case (to its request, then from the addresses in `then`) and their moment."""
    database.restore()
    moment = Moment()
    answer = client.ask(case['method'], case['path'], case.get('headers', {}), case.get('body'))
    database.note(case['method'], answer)
    then = []
    if answer['status'] < 300:
        for path in case.get('then', ()):
            if path == 'Location':
                path = re.sub('^http://HOST', '', answer['headers'].get('Location', ''))
            if path:
                then.append(client.ask('GET', path, {}, None))
    moment.close()
    return [answer] + then, moment

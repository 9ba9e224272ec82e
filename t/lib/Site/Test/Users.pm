package Site::Test::Users;

# The users of the tests, as Apache's files have them: editor and admin are in
# the group "editors", viewer is in none. A user's password is NAME-pw.
use strict;
use warnings;
use Exporter 'import';
use Digest::SHA qw(sha1_base64);
use File::Path qw(make_path);
use MIME::Base64 qw(encode_base64);

our @EXPORT_OK = qw(write_users basic);

sub write_users {
    my ($dir) = @_;
    make_path($dir, { mode => 0755 });
    write_file("$dir/passwords", map { "$_:{SHA}" . sha1_base64("$_-pw") . "=\n" } qw(editor admin viewer));
    write_file("$dir/groups", "editors: editor admin\n");
    return;
}

sub write_file {
    my ($path, @lines) = @_;
    open my $out, '>', $path or die "$path: $!";
    print $out @lines;
    close $out or die "$path: $!";
    chmod 0644, $path;
    return;
}

# The headers of a request that signs in.
sub basic {
    my ($user, $password) = @_;
    return (Authorization => 'Basic ' . encode_base64("$user:" . ($password // "$user-pw"), ''));
}

1;

/** What is run over a node's volumes, in the lab's own base image: shell, find, awk and perl-base. */

/**
 * Empties the folders it is given, and keeps them. Prints files and bytes before and after. What a running node
 * writes meanwhile may keep a folder from being removed: it tries again, a few times.
 */
export const WIPE: readonly string[] = [
  "sh",
  "-c",
  `counted() { find "$@" -type f -printf '%s\\n' 2>/dev/null | awk '{ files++; bytes += $1 } END { printf "%d %.0f\\n", files, bytes }'; }
counted "$@"
for try in 1 2 3 4 5; do find "$@" -mindepth 1 -delete 2>/dev/null && break; done
counted "$@"`,
  "wipe",
];

/** Prints size and path, within the folder it is given, of each regular file with content, each ended by a zero byte. */
export const LIST: readonly string[] = [
  "sh",
  "-c",
  // A running node may remove a file while it is listed.
  `find "$1" -type f -size +0 -printf '%s %P\\0' 2>/dev/null; test -d "$1"`,
  "list",
];

/**
 * Takes pairs of a file and `byte:bit,byte:bit…`. Flips each bit in place, syncs, reads it back; prints for each
 * file the checksum before, the checksum after, and whether all bits were read back flipped.
 */
export const CORRUPT: readonly string[] = [
  "perl",
  "-e",
  `use strict; use IO::Handle;
sub sum { open(my $pipe, "-|", "sha256sum", "--", $_[0]) or die "sha256sum: $!"; my $line = <$pipe>; $line =~ s/^\\\\//; return substr($line, 0, 64) }
sub byte { my ($file, $at) = @_; sysseek($file, $at, 0); sysread($file, my $byte, 1) == 1 or die "no byte $at"; return ord $byte }
while (my ($path, $places) = splice(@ARGV, 0, 2)) {
  my $before = sum($path); my $flipped = "all";
  open(my $file, "+<:raw", $path) or die "$path: $!";
  my %wanted;
  for my $place (split /,/, $places) {
    my ($at, $bit) = split /:/, $place;
    my $new = byte($file, $at) ^ (1 << $bit);
    sysseek($file, $at, 0); syswrite($file, chr $new) == 1 or die "$path: $!";
    $wanted{$at} = $new;
  }
  $file->sync or die "$path: $!";
  for my $at (keys %wanted) { $flipped = "not" if byte($file, $at) != $wanted{$at} }
  close $file;
  print "$before ", sum($path), " $flipped\\n";
}`,
];

/**
 * Takes pairs of a file and a size, and cuts the file off there; prints for each its size before, after, and as told.
 * What a running node has removed since it was listed is told as 0 bytes before.
 */
export const TRUNCATE: readonly string[] = [
  "sh",
  "-c",
  `set -eu
while [ $# -gt 0 ]; do
  before=$(stat -c %s -- "$1" 2>/dev/null || echo 0)
  truncate --no-create -s "$2" -- "$1"
  if [ -e "$1" ]; then sync -- "$1"; fi
  echo "$before $(stat -c %s -- "$1" 2>/dev/null || echo 0) $2"
  shift 2
done`,
  "truncate",
];

/** Removes the files it is given; prints for each whether it is gone, or was gone already. */
export const REMOVE: readonly string[] = [
  "sh",
  "-c",
  `set -eu
for file; do
  if [ ! -e "$file" ]; then echo already; continue; fi
  rm -f -- "$file"
  if [ -e "$file" ]; then echo there; else echo gone; fi
done`,
  "remove",
];

/** Prints the bytes that are free on the drive it is given. */
export const FREE: readonly string[] = ["sh", "-c", `set -- $(stat -f -c '%a %S' "$1"); echo $(($1 * $2))`, "free"];

/** Takes a drive, a file to fill it with and the bytes to leave; prints what was free before and after, and a block's size. */
export const FILL: readonly string[] = [
  "sh",
  "-c",
  `set -eu
drive=$1 file=$2 leave=$3
set -- $(stat -f -c '%a %S' "$drive")
before=$(($1 * $2)) block=$2
size=$(((before - leave) / block * block))
[ "$size" -gt 0 ] || { echo "$before bytes are free: less than $leave already" >&2; exit 1; }
fallocate -l "$size" "$file" || { rm -f "$file"; exit 1; }
set -- $(stat -f -c '%a %S' "$drive")
echo "$before $(($1 * $2)) $block"`,
  "fill",
];

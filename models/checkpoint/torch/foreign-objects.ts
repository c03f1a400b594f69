/**
 * Objects beside the tensors of a checkpoint, such as the options of a trainer. Their classes are not known here: a pickle may name and
 * call them, but nothing is built, and they only take the place of their values.
 */
import { message } from '../../../renderer/messages/message';
import { PickleConstructor, PickledObject } from './pickle-bytes';

/** An object of another program, without its content. */
export class ForeignObject extends PickledObject {
  readonly description = message('checkpoint.value.foreign');
}

/** Classes of plain data in packages that also contain functions which run programs. */
const dataClasses: ReadonlySet<string> = new Set([
  ...['builtins', '__builtin__'].flatMap((module) =>
    ['set', 'frozenset', 'complex', 'bytearray', 'slice', 'range', 'object'].map((name) => `${module}.${name}`),
  ),
  '_codecs.encode',
  'argparse.Namespace',
  'collections.Counter',
  'collections.defaultdict',
  'collections.deque',
  'copyreg._reconstructor',
  'copy_reg._reconstructor',
  ...['date', 'datetime', 'timedelta', 'timezone'].map((name) => `datetime.${name}`),
  'decimal.Decimal',
  'numpy.dtype',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  ...['PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath'].flatMap((name) => [
    `pathlib.${name}`,
    `pathlib._local.${name}`,
  ]),
  'torch.Size',
  'torch.device',
  'types.SimpleNamespace',
  'uuid.UUID',
]);

/**
 * Packages of which only the classes above are passed over: a checkpoint has no other reason to name them than to run something.
 * Python's own, PyTorch and NumPy.
 */
const runtimePackages: ReadonlySet<string> = new Set(
  (
    '__builtin__ __future__ _codecs _io _operator _pickle _posixsubprocess _thread aifc argparse ast asyncio atexit base64 bdb builtins bz2 ' +
    'cProfile cgi cmd code codecs codeop collections commands compileall concurrent configparser contextlib copy copy_reg copyreg ctypes ' +
    'dataclasses datetime decimal dill dis distutils doctest email ensurepip enum fileinput ftplib functools gc getpass glob gzip hashlib http ' +
    'idlelib imaplib imp importlib inspect io itertools joblib json lib2to3 linecache logging lzma mailbox marshal mmap modulefinder ' +
    'multiprocessing netrc nntplib nt ntpath numpy operator os pathlib pdb pickle pickletools pip pipes pkgutil platform poplib posix posixpath ' +
    'profile pstats pty pydoc queue random re requests resource runpy sched select selectors setuptools shelve shlex shutil signal site smtplib ' +
    'socket socketserver sqlite3 ssl string subprocess sys sysconfig tarfile telnetlib tempfile test threading timeit tkinter torch trace ' +
    'traceback tracemalloc turtle types typing unittest urllib urllib2 uuid venv warnings weakref webbrowser winreg wsgiref xml xmlrpc zipapp ' +
    'zipfile zipimport'
  ).split(' '),
);

/** A number format of PyTorch, e.g. of the content of a storage without one. */
const dtypeName = /^torch\.(?:b?float\d*\w*|double|half|u?int\d+|long|short|bool)$/u;

/**
 * Finds the constructor of objects that are passed over; undefined for a name that no checkpoint needs.
 * @param passedOver receives the names of the classes whose objects were passed over
 */
export const findForeign =
  (passedOver: Set<string>) =>
  (name: string): PickleConstructor | undefined => {
    if (dtypeName.test(name)) return new PickleConstructor(name);
    const [topLevel = ''] = name.split('.');
    if (!dataClasses.has(name) && runtimePackages.has(topLevel)) return undefined;
    return new PickleConstructor(name, () => {
      passedOver.add(name);
      return new ForeignObject();
    });
  };

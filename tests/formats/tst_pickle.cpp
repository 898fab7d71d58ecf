// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/pickle.h"
#include "model/formats/torchwalk.h"
#include "tests/support/objecttext.h"
#include "tests/support/picklebuilder.h"

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {
/// The pickle as a tree, or its error.
QString outcome(std::string_view bytes)
{
    const Progress progress;
    PickleGraph graph(bytes);
    auto run = readPickle(graph, 0, u"The pickle"_s, progress);
    if (!run)
        return run.error().message;
    ObjectTree tree;
    Findings findings = run->findings;
    const auto found = walkObjects(graph, run->root, tree, findings, progress);
    if (!found)
        return found.error().message;
    QString text = QString::fromStdString(treeText(tree));
    for (const Finding &finding : findings)
        text += u"! "_s + finding.message + u'\n';
    return text.trimmed();
}

template<std::size_t size>
QByteArray literal(const char (&bytes)[size])
{
    return {bytes, qsizetype(size - 1)};
}

QByteArray made(PickleBuilder &builder)
{
    return QByteArray::fromStdString(builder.stop());
}

void addOutcomeColumns()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("expected");
}
}

class TestPickle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void values_data();
    void values();
    void containers_data();
    void containers();
    void calls_data();
    void calls();
    void hostile_data();
    void hostile();
    void deepNesting_data();
    void deepNesting();
    void truncations();
    void sharesIdentity();
    void grades_data();
    void grades();

private:
    void compare()
    {
        QFETCH(const QByteArray, pickle);
        QFETCH(const QString, expected);
        QCOMPARE(outcome({pickle.data(), std::size_t(pickle.size())}), expected);
    }
};

void TestPickle::values_data()
{
    addOutcomeColumns();
    QTest::addRow("none") << literal("N.") << u"none"_s;
    QTest::addRow("true, protocol 2") << literal("\x80\x02\x88.") << u"bool 1"_s;
    QTest::addRow("false, protocol 0") << literal("I00\n.") << u"bool 0"_s;
    QTest::addRow("INT") << literal("I-42\n.") << u"int -42"_s;
    QTest::addRow("LONG") << literal("L123L\n.") << u"int 123"_s;
    QTest::addRow("LONG beyond 64 bits") << literal("L123456789012345678901234567890L\n.")
                                         << u"big 123456789012345678901234567890"_s;
    QTest::addRow("BININT negative") << literal("J\xff\xff\xff\xff.") << u"int -1"_s;
    QTest::addRow("BININT1") << literal("K\xff.") << u"int 255"_s;
    QTest::addRow("BININT2") << literal("M\xff\xff.") << u"int 65535"_s;
    QTest::addRow("LONG1 empty is zero") << QByteArray("\x8a\x00.", 3) << u"int 0"_s;
    QTest::addRow("LONG1 negative") << literal("\x8a\x01\x80.") << u"int -128"_s;
    QTest::addRow("LONG1 smallest of 64 bits")
        << QByteArray("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.", 11) << u"int -9223372036854775808"_s;
    QTest::addRow("LONG1 of nine bytes") << QByteArray("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00.", 12)
                                         << u"big 9223372036854775808"_s;
    QTest::addRow("LONG1 of nine bytes, negative")
        << QByteArray("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\xff.", 12) << u"big -18446744073709551616"_s;
    QTest::addRow("LONG4") << QByteArray("\x8b\x02\x00\x00\x00\xff\x00.", 8) << u"int 255"_s;
    QTest::addRow("FLOAT") << literal("F1.5\n.") << u"float 1.5"_s;
    QTest::addRow("FLOAT inf") << literal("F-inf\n.") << u"float -inf"_s;
    QTest::addRow("BINFLOAT is big-endian") << QByteArray("G\x3f\xf8\x00\x00\x00\x00\x00\x00.", 10) << u"float 1.5"_s;
    QTest::addRow("STRING with escapes") << literal("S'a\\n\\x41\\''\n.") << u"text a\\nA'"_s;
    QTest::addRow("BINSTRING") << QByteArray("T\x02\x00\x00\x00hi.", 8) << u"text hi"_s;
    QTest::addRow("SHORT_BINSTRING") << literal("U\x02hi.") << u"text hi"_s;
    QTest::addRow("UNICODE with escapes") << literal("Vx\\u00e9\\U0001f600\n.") << u"text xé😀"_s;
    QTest::addRow("UNICODE, Latin-1 bytes") << literal("V\xe9\n.") << u"text é"_s;
    QTest::addRow("BINUNICODE") << QByteArray("X\x02\x00\x00\x00hi.", 8) << u"text hi"_s;
    QTest::addRow("SHORT_BINUNICODE") << literal("\x8c\x02hi.") << u"text hi"_s;
    QTest::addRow("BINUNICODE8") << QByteArray("\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi.", 12) << u"text hi"_s;
    QTest::addRow("empty text") << QByteArray("X\x00\x00\x00\x00.", 6) << u"text \"\""_s;
    QTest::addRow("text of NUL and line break") << QByteArray("X\x02\x00\x00\x00\x00\n.", 8) << u"text \\x00\\n"_s;
    QTest::addRow("text that is not UTF-8") << QByteArray("X\x01\x00\x00\x00\xff.", 7) << u"text \\xff"_s;
    QTest::addRow("BINBYTES") << QByteArray("B\x02\x00\x00\x00hi.", 8) << u"bytes hi"_s;
    QTest::addRow("SHORT_BINBYTES") << literal("C\x02hi.") << u"bytes hi"_s;
    QTest::addRow("BINBYTES8") << QByteArray("\x8e\x02\x00\x00\x00\x00\x00\x00\x00hi.", 12) << u"bytes hi"_s;
    QTest::addRow("BYTEARRAY8") << QByteArray("\x96\x02\x00\x00\x00\x00\x00\x00\x00hi.", 12) << u"bytearray hi"_s;
    QTest::addRow("bytes as protocol 2 writes them")
        << made(PickleBuilder().proto().global("_codecs", "encode").text("a\xc3\xbf").text("latin1").raw("\x86R"))
        << u"bytes a\\xff"_s;
}

void TestPickle::values()
{
    compare();
}

void TestPickle::containers_data()
{
    addOutcomeColumns();
    QTest::addRow("TUPLE1 to TUPLE3") << literal("K\x01\x85K\x02\x86K\x03N\x87.")
                                      << u"tuple\n  tuple\n    tuple\n      int 1\n    int 2\n  int 3\n  none"_s;
    QTest::addRow("LIST") << literal("(K\x01K\x02l.") << u"list\n  int 1\n  int 2"_s;
    QTest::addRow("APPEND and APPENDS") << literal("]K\x01"
                                                   "a(K\x02K\x03"
                                                   "e.")
                                        << u"list\n  int 1\n  int 2\n  int 3"_s;
    QTest::addRow("DICT") << literal("(K\x01K\x02"
                                     "d.")
                          << u"dict\n  int 1\n  int 2"_s;
    QTest::addRow("SETITEM and SETITEMS")
        << literal("}K\x01K\x02s(K\x03K\x04u.") << u"dict\n  int 1\n  int 2\n  int 3\n  int 4"_s;
    QTest::addRow("set and frozenset") << literal("\x8f(K\x01\x90.") << u"set\n  int 1"_s;
    QTest::addRow("FROZENSET") << literal("(K\x01\x91.") << u"frozenset\n  int 1"_s;
    QTest::addRow("set by call") << made(PickleBuilder()
                                             .global("__builtin__", "set")
                                             .raw("](K\x01K\x02"
                                                  "e\x85R"))
                                 << u"set\n  int 1\n  int 2"_s;
    QTest::addRow("OrderedDict as Python 2 wrote it") << made(PickleBuilder()
                                                                  .global("collections", "OrderedDict")
                                                                  .raw("(](](U\x01"
                                                                       "aK\x01"
                                                                       "e](U\x01"
                                                                       "bK\x02"
                                                                       "eetR"))
                                                      << u"ordereddict\n  text a\n  int 1\n  text b\n  int 2"_s;
    QTest::addRow("OrderedDict with attributes")
        << made(PickleBuilder()
                    .global("collections", "OrderedDict")
                    .raw(")RU\x01"
                         "aNs}U\x01mK\x01sb"))
        << u"ordereddict\n  text a\n  none\n  state: dict\n    text m\n    int 1"_s;
    QTest::addRow("defaultdict keeps its factory")
        << made(PickleBuilder().global("collections", "defaultdict").global("builtins", "list").raw("\x85RK\x01Ns"))
        << u"defaultdict\n  int 1\n  none\n  state: global builtins.list"_s;
    QTest::addRow("Counter") << made(PickleBuilder().global("collections", "Counter").raw("}U\x01xK\x02s\x85R"))
                             << u"counter\n  text x\n  int 2"_s;
    QTest::addRow("duplicate keys are kept") << literal("}(U\x01"
                                                        "aK\x01U\x01"
                                                        "aK\x02u.")
                                             << u"dict\n  text a\n  int 1\n  text a\n  int 2"_s;
    QTest::addRow("POP, POP_MARK and DUP") << literal("K\x01K\x02"
                                                      "0(K\x03K\x04"
                                                      "1"
                                                      "2\x86.")
                                           << u"tuple\n  int 1\n  int 1"_s;
    QTest::addRow("POP takes a mark") << literal("K\x01(0.") << u"int 1"_s;
    QTest::addRow("memo in all forms") << QByteArray("U\x01"
                                                     "ap0\nq\x05r\x09\x00\x00\x00"
                                                     "g0\nh\x05\x86j\x09\x00\x00\x00\x86.",
                                                     26)
                                       << u"tuple\n  tuple\n    text a\n    text a\n  text a"_s;
    QTest::addRow("MEMOIZE") << QByteArray("\x80\x04\x8c\x01"
                                           "a\x94\x8c\x01"
                                           "b\x94h\x00\x87.",
                                           14)
                             << u"tuple\n  text a\n  text b\n  text a"_s;
}

void TestPickle::containers()
{
    compare();
}

void TestPickle::calls_data()
{
    addOutcomeColumns();
    QTest::addRow("os.system") << made(PickleBuilder().global("os", "system").text("id").raw("\x85R"))
                               << u"call dangerous\n  global os.system dangerous\n  tuple\n    text id"_s;
    QTest::addRow("posix.system by INST") << literal("(S'id'\niposix\nsystem\n.")
                                          << u"call dangerous\n  global posix.system dangerous\n  tuple\n    text id"_s;
    QTest::addRow("eval by OBJ") << literal("(c__builtin__\neval\nU\x01"
                                            "1o.")
                                 << u"call dangerous\n  global __builtin__.eval dangerous\n  tuple\n    text 1"_s;
    QTest::addRow("exec by STACK_GLOBAL from the memo")
        << QByteArray("\x80\x04\x8c\x04"
                      "exec\x94\x8c\x08"
                      "builtins\x94"
                      "00h\x01h\x00\x93\x8c\x01"
                      "1\x85R.",
                      33)
        << u"call dangerous\n  global builtins.exec dangerous\n  tuple\n    text 1"_s;
    QTest::addRow("NEWOBJ and BUILD")
        << made(PickleBuilder().global("argparse", "Namespace").raw(")\x81}U\x02lrK\x01sb"))
        << u"call new\n  global argparse.Namespace\n  tuple\n  state: dict\n    text lr\n    int 1"_s;
    QTest::addRow("NEWOBJ_EX") << made(PickleBuilder().global("a", "B").raw(")}U\x01kK\x01s\x92"))
                               << u"call 1 new unknown\n  global a.B unknown\n  tuple\n  dict\n    text k\n    int 1"_s;
    QTest::addRow("items of an unknown class")
        << made(PickleBuilder().global("a", "B").raw(")\x81K\x01"
                                                     "aK\x02K\x03s"))
        << u"call 6 new unknown\n  global a.B unknown\n  tuple\n  list\n    int 1\n  dict\n    int 2\n    int 3"_s;
    QTest::addRow("a call of something that cannot be called")
        << literal("K\x01)R.") << u"call unknown\n  int 1\n  tuple"_s;
    QTest::addRow("extension code") << literal("\x82\x07.") << u"value extension code 7"_s;
    QTest::addRow("external buffer") << literal("\x97\x98.") << u"value external buffer"_s;
    QTest::addRow("persistent id that is not a storage") << literal("U\x01"
                                                                    "aQ.")
                                                         << u"call persistent\n  text a"_s;
    QTest::addRow("persistent id of protocol 0") << literal("Pabc\n.") << u"call persistent\n  text abc"_s;
    QTest::addRow("dtype") << made(PickleBuilder().global("torch", "float16")) << u"value torch.float16"_s;
    QTest::addRow("size") << made(PickleBuilder().global("torch", "Size").raw("(K\x02K\x03t\x85R"))
                          << u"value torch.Size([2, 3])"_s;
    QTest::addRow("device") << made(PickleBuilder()
                                        .global("torch", "device")
                                        .raw("U\x04"
                                             "cudaK\x01\x86R"))
                            << u"value torch.device('cuda', 1)"_s;
    QTest::addRow("path") << made(PickleBuilder()
                                      .global("pathlib", "PosixPath")
                                      .raw("U\x01/U\x01"
                                           "a\x86R"))
                          << u"value Path('/', 'a')"_s;
    QTest::addRow("slice") << made(PickleBuilder().global("builtins", "slice").raw("K\x01K\x02N\x87R"))
                           << u"value slice(1, 2, None)"_s;
    QTest::addRow("bytearray of a terabyte stays a call")
        << made(PickleBuilder().global("builtins", "bytearray").integer(qint64(1) << 40).raw("\x85R"))
        << u"call\n  global builtins.bytearray\n  tuple\n    int 1099511627776"_s;
    QTest::addRow("another codec stays a call")
        << made(PickleBuilder().global("_codecs", "encode").text("a").text("rot13").raw("\x86R"))
        << u"call\n  global _codecs.encode\n  tuple\n    text a\n    text rot13"_s;
    QTest::addRow("a dotted name is not the function it begins with")
        << made(PickleBuilder().global("torch._utils", "_rebuild_tensor_v2.__globals__"))
        << u"global torch._utils._rebuild_tensor_v2.__globals__ unknown"_s;
    QTest::addRow("a similar module is not the module")
        << made(PickleBuilder().global("collections.abc", "OrderedDict").raw(")R"))
        << u"call unknown\n  global collections.abc.OrderedDict unknown\n  tuple"_s;
}

void TestPickle::calls()
{
    compare();
}

void TestPickle::hostile_data()
{
    addOutcomeColumns();
    const auto damaged = [](int at, const QString &why) {
        return u"The pickle is damaged at byte %1: %2."_s.arg(at).arg(why);
    };
    QTest::addRow("empty") << QByteArray() << damaged(0, u"it ends in the middle"_s);
    QTest::addRow("only STOP") << literal(".") << damaged(0, u"a value is taken where there is none"_s);
    QTest::addRow("no STOP") << literal("\x80\x02N") << damaged(3, u"it ends in the middle"_s);
    QTest::addRow("protocol 9") << literal("\x80\x09N.") << damaged(0, u"it has protocol 9, the newest known is 5"_s);
    QTest::addRow("unknown opcode") << literal("N\xff.") << damaged(1, u"there is no opcode 0xff"_s);
    QTest::addRow("text of 4 GiB") << literal("X\xff\xff\xff\xff"
                                              "a.")
                                   << damaged(0, u"4294967295 bytes are announced, 2 are left"_s);
    QTest::addRow("text of 2^64-1 bytes") << literal("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
                                                     "a.")
                                          << damaged(0, u"18446744073709551615 bytes are announced, 2 are left"_s);
    QTest::addRow("bytes of 2^63 bytes") << QByteArray("\x8e\x00\x00\x00\x00\x00\x00\x00\x80"
                                                       "a.",
                                                       11)
                                         << damaged(0, u"9223372036854775808 bytes are announced, 2 are left"_s);
    QTest::addRow("string of -1 bytes") << literal("T\xff\xff\xff\xff.") << damaged(0, u"a text has -1 bytes"_s);
    QTest::addRow("number of -1 bytes") << literal("\x8b\xff\xff\xff\xff.")
                                        << damaged(0, u"a whole number has -1 bytes"_s);
    QTest::addRow("number of 2 GiB") << literal("\x8b\xff\xff\xff\x7f.")
                                     << damaged(0, u"2147483647 bytes are announced, 1 are left"_s);
    QTest::addRow("memo number of 4 billion") << literal("Nr\xff\xff\xff\xff.") << u"none"_s;
    QTest::addRow("memo number of 4 billion, read back") << literal("Nr\xff\xff\xff\xff"
                                                                    "0j\xff\xff\xff\xff.")
                                                         << u"none"_s;
    QTest::addRow("memo number beyond 64 bits")
        << literal("Np99999999999999999999\n.") << damaged(1, u"“99999999999999999999” is not a memo number"_s);
    QTest::addRow("memo of nothing") << literal("q\x01.") << damaged(0, u"a value is needed where there is none"_s);
    QTest::addRow("memo entry never written")
        << literal("h\x03.") << damaged(0, u"memo entry 3 is read but was never written"_s);
    QTest::addRow("TUPLE without mark") << literal("Nt.") << damaged(1, u"a mark is needed where there is none"_s);
    QTest::addRow("POP_MARK without mark") << literal("N1.") << damaged(1, u"a mark is needed where there is none"_s);
    QTest::addRow("TUPLE3 of two") << literal("NN\x87.") << damaged(2, u"a tuple of 3 is made of 2 values"_s);
    QTest::addRow("a mark hides what is below it")
        << literal("K\x01(a.") << damaged(3, u"a value is taken where there is none"_s);
    QTest::addRow("DICT of three") << literal("(NNNd.") << damaged(4, u"a dict has a key without a value"_s);
    QTest::addRow("SETITEMS of three") << literal("}(NNNu.") << damaged(5, u"a dict is given a key without a value"_s);
    QTest::addRow("SETITEMS on nothing") << literal("(NNu.")
                                         << damaged(3, u"items are added where there is nothing to add them to"_s);
    QTest::addRow("SETITEM on a list") << literal("]NNs.")
                                       << damaged(3, u"keys and values are added to something that is not a dict"_s);
    QTest::addRow("APPEND to a dict") << literal("}Na.")
                                      << damaged(2, u"items are added to something that is not a list"_s);
    QTest::addRow("APPEND to a tuple") << literal(")Na.")
                                       << damaged(2, u"items are added to something that is not a list"_s);
    QTest::addRow("BUILD on a number") << literal("K\x01}b.")
                                       << damaged(3, u"a state is given to something that has none"_s);
    QTest::addRow("STACK_GLOBAL of numbers")
        << literal("K\x01K\x02\x93.") << damaged(4, u"a name is not given as text"_s);
    QTest::addRow("GLOBAL without line end") << literal("cos\nsystem") << damaged(0, u"it ends in the middle"_s);
    QTest::addRow("GLOBAL of 100,000 letters")
        << QByteArray(1, 'c') + QByteArray(100'000, 'a') << damaged(0, u"a line is longer than 65536 bytes"_s);
    QTest::addRow("harm first, then breakage")
        << made(PickleBuilder().global("os", "system").text("id").raw("\x85R\xff"))
        << damaged(20, u"there is no opcode 0xff"_s)
            + u" Before that it names “os.system”, which a program that runs pickles would have called."_s;
    QTest::addRow("a frame that ends inside an opcode")
        << QByteArray("\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00"
                      "C\x03"
                      "abc.",
                      17)
        << u"bytes abc\n! The pickle has an opcode across the end of a frame at byte 11; programs differ in how they read it."_s;
    QTest::addRow("a frame beyond the end")
        << literal("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN.")
        << damaged(2, u"a frame of 18446744073709551615 bytes is announced, 2 are left"_s);
    QTest::addRow("a list that holds itself") << QByteArray("]q\x00h\x00"
                                                            "a.",
                                                            7)
                                              << u"list\n  cycle 0"_s;
    QTest::addRow("a tuple in a list in itself") << QByteArray("]q\x00h\x00\x85"
                                                               "a.",
                                                               8)
                                                 << u"list\n  tuple\n    cycle 0"_s;
    QTest::addRow("an object that is its own state")
        << QByteArray("ca\nB\n)\x81q\x00h\x00"
                      "b.",
                      13)
        << u"call new unknown\n  global a.B unknown\n  tuple\n  state: cycle 0"_s;
}

void TestPickle::hostile()
{
    compare();
}

void TestPickle::deepNesting_data()
{
    QTest::addColumn<QByteArray>("pickle");
    constexpr qsizetype depth = 100'000;
    QTest::addRow("tuples") << "N" + QByteArray(depth, '\x85') + '.';
    QTest::addRow("lists") << QByteArray(depth, ']') + QByteArray(depth - 1, 'a') + '.';
    QTest::addRow("dicts") << QByteArray("}N").repeated(depth) + 'N' + QByteArray(depth, 's') + '.';
    QTest::addRow("marks") << QByteArray(depth, '(') + QByteArray(depth, 't') + '.';
    QTest::addRow("calls") << "N" + QByteArray(")\x86").repeated(depth) + QByteArray("N)R").repeated(depth) + '.';
}

void TestPickle::deepNesting()
{
    QFETCH(const QByteArray, pickle);
    const QString text = outcome({pickle.data(), std::size_t(pickle.size())});
    QVERIFY2(!text.startsWith(u"The pickle is damaged"_s), qPrintable(text));
}

void TestPickle::truncations()
{
    PickleBuilder builder;
    builder.proto().raw("}q\x01(").text("weight").tensor("FloatStorage", "0", 6, 0, PickleBuilder().tuple(2, 3),
                                                         PickleBuilder().tuple(3, 1));
    const std::string pickle = builder.raw("u").stop();
    for (std::size_t size = 0; size < pickle.size(); ++size) {
        const Progress progress;
        PickleGraph graph(std::string_view(pickle).substr(0, size));
        const auto run = readPickle(graph, 0, u"The pickle"_s, progress);
        QVERIFY(!run);
        QCOMPARE(run.error().offset, qint64(size));
    }
}

void TestPickle::sharesIdentity()
{
    // Sixty lists of twice the one before: 2^60 when unfolded.
    QByteArray pickle("]q\x00", 3);
    for (char level = 0; level < 60; ++level)
        pickle += QByteArray("]q") + char(level + 1) + "(h" + level + "h" + level + "e";
    pickle += '.';
    const Progress progress;
    PickleGraph graph({pickle.data(), std::size_t(pickle.size())});
    const auto run = readPickle(graph, 0, u"The pickle"_s, progress);
    QVERIFY(run);
    ObjectTree tree;
    Findings findings;
    QVERIFY(walkObjects(graph, run->root, tree, findings, progress));
    QVERIFY2(tree.size() < 200, qPrintable(QString::number(tree.size())));
}

void TestPickle::grades_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("grade");
    const auto row = [](const char *module, const char *name, NameGrade grade) {
        QTest::addRow("%s.%s", module, name) << QString::fromLatin1(module) << QString::fromLatin1(name) << int(grade);
    };
    row("collections", "OrderedDict", NameGrade::Known);
    row("torch", "FloatStorage", NameGrade::Known);
    row("torch.cuda", "HalfStorage", NameGrade::Known);
    row("torch", "float8_e4m3fn", NameGrade::Known);
    row("torch", "int3", NameGrade::Known);
    row("numpy._core.multiarray", "scalar", NameGrade::Known);
    row("numpy.core.multiarray", "scalar", NameGrade::Known);
    row("__builtin__", "set", NameGrade::Known);
    row("torch", "FooStorage", NameGrade::Unknown);
    row("evil", "FloatStorage", NameGrade::Unknown);
    row("torch._utils ", "_rebuild_tensor_v2", NameGrade::Unknown);
    row("torch.nn.modules.linear", "Linear", NameGrade::Unknown);
    row("os", "system", NameGrade::Dangerous);
    row("os.path", "join", NameGrade::Dangerous);
    row("builtins", "eval", NameGrade::Dangerous);
    row("__builtin__", "__import__", NameGrade::Dangerous);
    row("builtins", "getattr", NameGrade::Dangerous);
    row("torch.hub", "load", NameGrade::Dangerous);
    row("torch.storage", "_load_from_bytes", NameGrade::Dangerous);
    row("osmosis", "system", NameGrade::Unknown);
}

void TestPickle::grades()
{
    QFETCH(const QString, module);
    QFETCH(const QString, name);
    QTEST(int(gradeOf(module.toStdString(), name.toStdString())), "grade");
}

QTEST_GUILESS_MAIN(TestPickle)
#include "tst_pickle.moc"

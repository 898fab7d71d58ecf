// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/tensorbytes.h"
#include "tests/support/testfile.h"

#include <QRandomGenerator>
#include <QTest>

#include <cstring>
#include <numeric>
#include <zlib.h>

using namespace Qt::StringLiterals;

namespace {
QByteArray deflated(const QByteArray &bytes)
{
    z_stream stream{};
    deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    QByteArray packed(qsizetype(deflateBound(&stream, uLong(bytes.size()))), '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = uInt(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = uInt(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return packed;
}

/// A checkpoint of one storage; tensors are added to `parts` before make().
struct Single
{
    explicit Single(const QByteArray &bytes, Storage::Encoding encoding = Storage::Encoding::Raw)
        : file("head" + (encoding == Storage::Encoding::Deflated ? deflated(bytes) : bytes))
    {
        parts.path = file.path();
        parts.files.push_back(*InputFile::open(file.path()));
        parts.strides.emplace_back();
        Storage storage{0, encoding, false, 4, bytes.size(), parts.files[0]->size() - 4};
        if (encoding == Storage::Encoding::Inline) {
            storage.offset = 2;
            parts.inlineBytes.resize(std::size_t(bytes.size()) + 2);
            std::memcpy(parts.inlineBytes.data() + 2, bytes.data(), std::size_t(bytes.size()));
        }
        parts.storages.push_back(storage);
        parts.roots.emplace_back();
    }
    Tensor &add(DType dtype, const Shape &shape)
    {
        Tensor tensor;
        tensor.name = "weight";
        tensor.dtype = dtype;
        tensor.shape = shape;
        parts.tensors.push_back(tensor);
        ++parts.roots[0].count;
        return parts.tensors.back();
    }
    Tensor &add(DType dtype, const Shape &shape, const Shape &strides)
    {
        Tensor &tensor = add(dtype, shape);
        tensor.contiguous = false;
        tensor.strides = quint32(parts.strides.size());
        parts.strides.push_back(strides);
        return tensor;
    }
    std::shared_ptr<const Checkpoint> make() { return std::make_shared<const Checkpoint>(std::move(parts)); }

    TestFile file;
    Checkpoint::Parts parts;
};

QByteArray numbers(int count, int itemBytes)
{
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes += QByteArray(reinterpret_cast<const char *>(&i), std::min(itemBytes, 4))
            + QByteArray(std::max(itemBytes - 4, 0), '\0');
    return bytes;
}

QByteArray readAll(const std::shared_ptr<const Checkpoint> &checkpoint, const Tensor &tensor, qint64 blockElements)
{
    TensorBytes reader(checkpoint);
    QByteArray all(Checkpoint::byteCount(tensor), '\xCC');
    const qint64 item = byteSize(tensor.dtype);
    const qint64 elements = Checkpoint::elements(tensor);
    for (qint64 at = 0; at < elements; at += blockElements) {
        const qint64 count = std::min(blockElements, elements - at);
        const std::span out(reinterpret_cast<std::byte *>(all.data()) + at * item, std::size_t(count * item));
        if (const Result<void> done = reader.read(tensor, at, out); !done)
            return done.error().message.toUtf8();
    }
    return all;
}

QByteArray readAll(const std::shared_ptr<const Checkpoint> &checkpoint)
{
    return readAll(checkpoint, checkpoint->tensors()[0], 1 << 20);
}

/// What a strided view holds, by the definition of strides.
QByteArray expectedView(const QByteArray &storage, const Shape &shape, const Shape &strides, qint64 item)
{
    QByteArray out;
    const qint64 count = *elementCount(shape);
    for (qint64 number = 0; number < count; ++number) {
        qint64 rest = number;
        qint64 place = 0;
        for (qsizetype dim = shape.size(); dim-- > 0; rest /= shape[dim])
            place += rest % shape[dim] * strides[dim];
        out.append(storage.constData() + place * item, item);
    }
    return out;
}
}

class TestTensorBytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void gathers_data();
    void gathers();
    void gathersRandomViews();
    void gathersFromFarApart();
    void expandsWithoutReadingMore();
    void readsEncodings_data();
    void readsEncodings();
    void inflatesLargeStorages();
    void refusesDamagedStreams_data();
    void refusesDamagedStreams();
    void swapsBytes_data();
    void swapsBytes();
    void appliesBits_data();
    void appliesBits();
    void plainRanges_data();
    void plainRanges();
    void problemIsAnError();
    void shortStorageIsAnError();
};

void TestTensorBytes::gathers_data()
{
    QTest::addColumn<QList<qint64>>("shape");
    QTest::addColumn<QList<qint64>>("strides");
    using List = QList<qint64>;

    QTest::addRow("transposed") << List{5, 7} << List{1, 5};
    QTest::addRow("transposed, rank 3") << List{3, 4, 5} << List{1, 3, 12};
    QTest::addRow("channels last") << List{2, 3, 4, 5} << List{60, 1, 15, 3};
    QTest::addRow("slice of columns") << List{4, 3} << List{9, 1};
    QTest::addRow("every second column") << List{4, 3} << List{9, 2};
    QTest::addRow("expanded row") << List{6, 5} << List{0, 1};
    QTest::addRow("expanded column") << List{6, 5} << List{1, 0};
    QTest::addRow("one element everywhere") << List{6, 5} << List{0, 0};
    QTest::addRow("size 1 with a wild stride") << List{4, 1, 3} << List{3, 1'000'000'000'000, 1};
    QTest::addRow("overlapping windows") << List{6, 4} << List{1, 1};
    QTest::addRow("vector with gaps") << List{12} << List{5};
}

void TestTensorBytes::gathers()
{
    QFETCH(const QList<qint64>, shape);
    QFETCH(const QList<qint64>, strides);
    const Shape shapeOf(shape.begin(), shape.end());
    const Shape stridesOf(strides.begin(), strides.end());

    for (const DType dtype : {DType::UInt8, DType::Float16, DType::Float32, DType::Int64, DType::Complex128}) {
        const int item = int(byteSize(dtype));
        const QByteArray storage = numbers(200, item);
        Single single(storage);
        single.add(dtype, shapeOf, stridesOf);
        const auto checkpoint = single.make();
        for (const qint64 block : {1, 2, 3, 7, 11, 1000})
            QCOMPARE(readAll(checkpoint, checkpoint->tensors()[0], block),
                     expectedView(storage, shapeOf, stridesOf, item));
    }
}

void TestTensorBytes::gathersRandomViews()
{
    QRandomGenerator random(7);
    for (int turn = 0; turn < 300; ++turn) {
        SizeList shape;
        SizeList strides;
        qint64 farthest = 0;
        for (int dim = 0; dim < random.bounded(6); ++dim) {
            shape.append(random.bounded(1, 6));
            strides.append(random.bounded(0, 20));
            farthest += (shape.last() - 1) * strides.last();
        }
        const QByteArray storage = numbers(int(farthest) + 1, 4);
        Single single(storage);
        single.add(DType::Float32, shape, strides);
        const auto checkpoint = single.make();
        QCOMPARE(readAll(checkpoint, checkpoint->tensors()[0], random.bounded(1, 40)),
                 expectedView(storage, shape, strides, 4));
    }
}

/// Strides so wide that no two rows fit into one piece, and rows so long that they do not fit into one either.
void TestTensorBytes::gathersFromFarApart()
{
    const QByteArray storage = numbers(2'000'000, 4);
    const QList<std::pair<Shape, Shape>> views{
        {{3, 5}, {600'000, 7}},    {{5, 3}, {7, 600'000}},
        {{2, 600'000}, {1, 2}},    {{600'000, 2}, {2, 1'000'001 - 600'000}},
        {{1000, 1000}, {1, 1000}},
    };
    for (const auto &[shape, strides] : views) {
        Single single(storage);
        single.add(DType::Float32, shape, strides);
        const auto checkpoint = single.make();
        const QByteArray expected = expectedView(storage, shape, strides, 4);
        QVERIFY(readAll(checkpoint, checkpoint->tensors()[0], 1 << 30) == expected);
        QVERIFY(readAll(checkpoint, checkpoint->tensors()[0], 123'457) == expected);
    }
}

void TestTensorBytes::expandsWithoutReadingMore()
{
    Single single(numbers(1, 4));
    single.add(DType::Float32, {1'000'000, 1'000'000}, {0, 0});
    const auto checkpoint = single.make();
    TensorBytes reader(checkpoint);
    QByteArray out(400, '\xCC');
    const std::span bytes(reinterpret_cast<std::byte *>(out.data()), 400);
    QVERIFY(reader.read(checkpoint->tensors()[0], 999'999'999'900, bytes));
    QCOMPARE(out, QByteArray(400, '\0'));
}

void TestTensorBytes::readsEncodings_data()
{
    QTest::addColumn<int>("encoding");
    QTest::addRow("raw") << int(Storage::Encoding::Raw);
    QTest::addRow("deflated") << int(Storage::Encoding::Deflated);
    QTest::addRow("inline") << int(Storage::Encoding::Inline);
}

void TestTensorBytes::readsEncodings()
{
    QFETCH(const int, encoding);
    const QByteArray storage = numbers(1000, 4);
    Single single(storage, Storage::Encoding(encoding));
    single.add(DType::Int32, {10, 20}).byteOffset = 40;
    single.add(DType::Int32, {20, 10}, {1, 20}).byteOffset = 40;
    const auto checkpoint = single.make();
    QCOMPARE(readAll(checkpoint, checkpoint->tensors()[0], 33), storage.mid(40, 800));
    QCOMPARE(readAll(checkpoint, checkpoint->tensors()[1], 33), expectedView(storage.mid(40), {20, 10}, {1, 20}, 4));
}

/// Beyond 64 MiB a stream is not kept: going back starts it again.
void TestTensorBytes::inflatesLargeStorages()
{
    constexpr qint64 count = 65 << 20;
    const std::array<qint64, 5> places{5'000'000, 5'000'100, 0, count - 100, 100};
    QByteArray storage(count, '\0'); // packs and unpacks fast
    for (const qint64 place : places)
        storage.replace(place, 100, QByteArray::number(place).rightJustified(100, '.'));
    Single single(storage, Storage::Encoding::Deflated);
    single.add(DType::UInt8, {count});
    const auto checkpoint = single.make();
    TensorBytes reader(checkpoint);
    for (const qint64 place : places) {
        QByteArray out(100, '\xCC');
        QVERIFY(
            reader.read(checkpoint->tensors()[0], place, std::span(reinterpret_cast<std::byte *>(out.data()), 100)));
        QCOMPARE(out, storage.mid(place, 100));
    }
}

void TestTensorBytes::refusesDamagedStreams_data()
{
    QTest::addColumn<QString>("damage");
    QTest::addRow("says more than there is") << u"longer"_s;
    QTest::addRow("packed bytes are cut") << u"cut"_s;
    QTest::addRow("garbage") << u"garbage"_s;
    QTest::addRow("bomb that says little") << u"shorter"_s;
}

void TestTensorBytes::refusesDamagedStreams()
{
    QFETCH(const QString, damage);
    Single single(numbers(1000, 4), Storage::Encoding::Deflated);
    Storage &storage = single.parts.storages[0];
    if (damage == u"longer"_s)
        storage.bytes += 4;
    if (damage == u"shorter"_s)
        storage.bytes = 400;
    if (damage == u"cut"_s)
        storage.packed /= 2;
    if (damage == u"garbage"_s)
        storage.offset = 0;
    single.add(DType::Int32, {storage.bytes / 4});
    const QByteArray out = readAll(single.make());
    if (damage == u"shorter"_s)
        QCOMPARE(out, numbers(100, 4));
    else
        QVERIFY2(out.contains("is damaged"), out);
}

void TestTensorBytes::swapsBytes_data()
{
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<QByteArray>("expected");
    QTest::addRow("uint8") << u"uint8"_s << QByteArray::fromHex("000102030405060708090a0b0c0d0e0f");
    QTest::addRow("float16") << u"float16"_s << QByteArray::fromHex("010003020504070609080b0a0d0c0f0e");
    QTest::addRow("int32") << u"int32"_s << QByteArray::fromHex("03020100070605040b0a09080f0e0d0c");
    QTest::addRow("complex64, by component")
        << u"complex64"_s << QByteArray::fromHex("03020100070605040b0a09080f0e0d0c");
    QTest::addRow("float64") << u"float64"_s << QByteArray::fromHex("07060504030201000f0e0d0c0b0a0908");
    QTest::addRow("complex128") << u"complex128"_s << QByteArray::fromHex("07060504030201000f0e0d0c0b0a0908");
}

void TestTensorBytes::swapsBytes()
{
    QFETCH(const QString, dtype);
    QFETCH(const QByteArray, expected);
    Single single(QByteArray::fromHex("000102030405060708090a0b0c0d0e0f"));
    single.parts.storages[0].byteSwapped = true;
    const DType type = dtypeFromWord(dtype.toStdString());
    single.add(type, {16 / byteSize(type)});
    const auto checkpoint = single.make();
    QCOMPARE(readAll(checkpoint), expected);
    QCOMPARE(TensorBytes::plainRange(*checkpoint, checkpoint->tensors()[0]).has_value(), byteSize(type) == 1);
}

void TestTensorBytes::appliesBits_data()
{
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<bool>("conjugated");
    QTest::addColumn<bool>("negated");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *tag, const QString &dtype, bool conjugated, bool negated,
                        const QByteArray &expected) {
        QTest::addRow("%s", tag) << dtype << conjugated << negated << expected;
    };
    row("conjugate complex64", u"complex64"_s, true, false, QByteArray::fromHex("00000000000000800000000000000080"));
    row("conjugate complex128", u"complex128"_s, true, false, QByteArray::fromHex("00000000000000000000000000000080"));
    row("conjugate complex32", u"complex32"_s, true, false, QByteArray::fromHex("00000080000000800000008000000080"));
    row("negate float32", u"float32"_s, false, true, QByteArray::fromHex("00000080000000800000008000000080"));
    row("negate bfloat16", u"bfloat16"_s, false, true, QByteArray::fromHex("00800080008000800080008000800080"));
    row("negate complex64", u"complex64"_s, false, true, QByteArray::fromHex("00000080000000800000008000000080"));
    row("both on complex64", u"complex64"_s, true, true, QByteArray::fromHex("00000080000000000000008000000000"));
    row("negate float8", u"float8_e5m2"_s, false, true, QByteArray(16, '\x80'));
    row("negate int32", u"int32"_s, false, true, "not one that torch negates");
    row("negate float8 without minus zero", u"float8_e4m3fnuz"_s, false, true, "not one that torch negates");
    row("conjugate float32", u"float32"_s, true, false, "is not complex");
}

void TestTensorBytes::appliesBits()
{
    QFETCH(const QString, dtype);
    QFETCH(const bool, conjugated);
    QFETCH(const bool, negated);
    QFETCH(const QByteArray, expected);
    Single single(QByteArray(16, '\0'));
    const DType type = dtypeFromWord(dtype.toStdString());
    Tensor &tensor = single.add(type, {16 / byteSize(type)});
    tensor.conjugated = conjugated;
    tensor.negated = negated;
    const auto checkpoint = single.make();
    QVERIFY2(readAll(checkpoint).contains(expected), readAll(checkpoint).toHex());
    QVERIFY(!TensorBytes::plainRange(*checkpoint, checkpoint->tensors()[0]));
}

void TestTensorBytes::plainRanges_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("range");
    QTest::addRow("dense") << u""_s << u"8 for 24"_s;
    QTest::addRow("strided") << u"strided"_s << u"none"_s;
    QTest::addRow("problem") << u"problem"_s << u"none"_s;
    QTest::addRow("unknown dtype") << u"dtype"_s << u"none"_s;
    QTest::addRow("deflated") << u"deflated"_s << u"none"_s;
    QTest::addRow("beyond the storage") << u"beyond"_s << u"none"_s;
}

void TestTensorBytes::plainRanges()
{
    QFETCH(const QString, change);
    QFETCH(const QString, range);
    Single single(numbers(10, 4));
    Tensor &tensor = single.add(DType::Float32, {2, 3}, {3, 1});
    tensor.contiguous = change != u"strided"_s;
    tensor.byteOffset = change == u"beyond"_s ? 20 : 4;
    tensor.problem = change == u"problem"_s ? 1 : 0;
    tensor.dtype = change == u"dtype"_s ? DType::Unknown : DType::Float32;
    single.parts.problems.push_back(u"it is a test"_s);
    if (change == u"deflated"_s)
        single.parts.storages[0].encoding = Storage::Encoding::Deflated;
    const auto checkpoint = single.make();
    const auto got = TensorBytes::plainRange(*checkpoint, checkpoint->tensors()[0]);
    QCOMPARE(got ? u"%1 for %2"_s.arg(got->offset).arg(got->bytes) : u"none"_s, range);
}

void TestTensorBytes::problemIsAnError()
{
    Single single(numbers(10, 4));
    single.add(DType::Float32, {2}).problem = 1;
    single.parts.problems.push_back(u"it is a test"_s);
    QCOMPARE(readAll(single.make()), "The values of “weight” in “model.safetensors” cannot be read: it is a test."_ba);
}

void TestTensorBytes::shortStorageIsAnError()
{
    Single single(numbers(10, 4));
    single.add(DType::Float32, {11});
    QVERIFY(readAll(single.make()).contains("has 40 bytes where 44 are asked for"));
}

QTEST_GUILESS_MAIN(TestTensorBytes)
#include "tst_tensorbytes.moc"

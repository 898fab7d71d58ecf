// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/safetensorsheader.h"

#include "model/base/text.h"
#include "model/formats/jsonvalues.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <limits>

namespace {
namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

static_assert(JsonPieces::padding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t shortEntry = 72; // bytes of JSON for one tensor with a short name; most have more
constexpr qsizetype highestRank = 64; // what torch works with
constexpr std::size_t longestCode = 64;
constexpr std::size_t longestShown = 200; // of a name that needs no more to be known
// No real header has as much; beyond it a file only wants memory.
constexpr std::size_t longestName = 1 << 20;
constexpr std::size_t mostMetadata = 100'000;
constexpr std::size_t mostOddMetadata = 16 << 20; // bytes of metadata that are no texts
constexpr qint64 mostBadTensors = 100'000;
constexpr error_code givenUp = simdjson::UNEXPECTED_ERROR; // ends reading for a reason that is not the JSON
/// Often enough that equal names take no memory, seldom enough that it is one run over memory.
constexpr std::size_t tensorsPerIndexing = 1 << 17;

QString tr(const char *text)
{
    return QCoreApplication::translate("Safetensors", text);
}

/// Bits of one element of codes that torch has no dtype for; 0 for codes nobody knows.
quint64 bitsOfUnsized(std::string_view code)
{
    return code == "F6_E2M3" || code == "F6_E3M2" ? 6 : 0;
}

QString shownToken(std::string_view token)
{
    constexpr std::size_t longest = 40;
    while (!token.empty() && std::string_view(" \t\r\n").find(token.back()) != std::string_view::npos)
        token.remove_suffix(1);
    return displayName(token.substr(0, longest)) + (token.size() > longest ? QStringLiteral("…") : QString());
}

/// One tensor's entry while it is read.
struct Entry
{
    enum Field : quint8 { DTypeField = 1, ShapeField = 2, OffsetsField = 4, AllFields = 7 };

    quint8 seen = 0; ///< bits of Field
    std::string_view code;
    SizeList shape;
    qint64 rank = 0; ///< of which `shape` has no more than the highest
    bool tooLarge = false; ///< a size is beyond 63 bits
    quint64 begin = 0;
    quint64 end = 0;
    Flaw flaw = Flaw::None;
    QString detail;

    void blame(Flaw why, const QString &text)
    {
        if (flaw == Flaw::None) {
            flaw = why;
            detail = text;
        }
    }
};

class HeaderReader
{
public:
    HeaderReader(const JsonPieces &header, qint64 dataBytes, Checkpoint::Parts &parts, FlawTally &flaws,
                 Progress &progress)
        : m_dataBytes(quint64(dataBytes))
        , m(parts)
        , m_flaws(flaws)
        , m_progress(progress)
    {
        m.tensors.reserve(header.bytes() / shortEntry); // what is not needed is never touched
        m.storages.reserve(m.tensors.capacity());
        m.names.expect(header.bytes() / 4);
    }

    /// Add the entries of one piece.
    error_code read(std::string_view piece, bool mayBeEmpty);
    /// Look for equal names among the tensors that came since the last time; `expected` in all. Of equal names the last
    /// entry counts, as in the reference.
    void dropDuplicates(std::size_t expected);
    /// Why reading was given up, when that was not for the JSON.
    const QString &refusal() const { return m_refusal; }
    bool isCancelled() const { return m_cancelled; }
    /// Where the parser stood in the piece when it gave up.
    const char *errorPlace(std::string_view piece);

private:
    error_code readMetadata(ondemand::value value);
    error_code readMetadataEntry(std::string_view key, ondemand::value value);
    error_code readTensor(std::string_view name, ondemand::value value);
    error_code readFields(std::string_view name, ondemand::value value, Entry &entry);
    error_code readRow(ondemand::value value, Entry &entry);
    error_code readField(Entry::Field field, ondemand::value value, Entry &entry);
    error_code readCode(ondemand::value value, Entry &entry);
    /// Hand over every number of a list; what is no number counts as 0 and is blamed, as a value that is no list is.
    template<typename Take>
    error_code readNumbers(ondemand::value value, Entry &entry, Flaw flaw, Take take);
    error_code readShape(ondemand::value value, Entry &entry);
    error_code readOffsets(ondemand::value value, Entry &entry);
    void add(std::string_view name, Entry &entry);
    void compareBytes(Entry &entry, quint64 bits);
    void store(const Tensor &tensor, const Storage &storage, bool isBad);
    void move(quint32 from, quint32 to);
    void refuse(const QString &why) { m_refusal = m_refusal.isEmpty() ? why : m_refusal; }

    quint64 m_dataBytes;
    Checkpoint::Parts &m;
    FlawTally &m_flaws;
    Progress &m_progress;
    ondemand::parser m_parser;
    ondemand::document m_document;
    NameIndex m_seen; ///< names of the first `m_unique` tensors
    quint32 m_unique = 0;
    quint64 m_claimed = 0; ///< bytes of all tensors so far, at most the data buffer's and one tensor's
    std::size_t m_oddMetadata = 0; ///< bytes of what is no text
    qint64 m_bad = 0; ///< tensors that have a flaw or more bytes than are there
    bool m_hasDocument = false;
    bool m_hasMetadata = false;
    bool m_cancelled = false;
    QString m_refusal;
};

error_code HeaderReader::read(std::string_view piece, bool mayBeEmpty)
{
    const simdjson::padded_string_view json(piece.data(), piece.size(), piece.size() + JsonPieces::padding);
    m_hasDocument = false;
    if (const error_code error = m_parser.iterate(json).get(m_document))
        return error;
    m_hasDocument = true;
    return eachEntryOfPiece(m_document, mayBeEmpty, [this](std::string_view name, ondemand::value value) {
        if (name.size() > longestName) {
            refuse(tr("a name in it has %1").arg(bytesText(qint64(name.size()))));
            return givenUp;
        }
        const error_code error = name == "__metadata__" ? readMetadata(value) : readTensor(name, value);
        if (error)
            return error;
        m_cancelled = (m.tensors.size() & 0xFFF) == 0 && m_progress.stopRequested();
        return m_cancelled || !m_refusal.isEmpty() ? givenUp : simdjson::SUCCESS;
    });
}

const char *HeaderReader::errorPlace(std::string_view piece)
{
    const char *place = nullptr;
    return !m_hasDocument || m_document.current_location().get(place) ? piece.data() : place;
}

error_code HeaderReader::readMetadata(ondemand::value value)
{
    if (std::exchange(m_hasMetadata, true))
        m_flaws.add(Flaw::MetadataTwice, {});
    ondemand::json_type type{};
    if (const error_code error = value.type().get(type))
        return error;
    if (type != ondemand::json_type::object) {
        if (type != ondemand::json_type::null)
            m_flaws.add(Flaw::MetadataKind, {});
        return skimJson(value, 1);
    }
    return eachJsonEntry(value.get_object(),
                         [this](std::string_view key, ondemand::value entry) { return readMetadataEntry(key, entry); });
}

error_code HeaderReader::readMetadataEntry(std::string_view key, ondemand::value value)
{
    ondemand::json_type type{};
    std::string_view text;
    if (const error_code error = value.type().get(type))
        return error;
    if (type == ondemand::json_type::string) {
        if (const error_code error = readJsonText(value, text))
            return error;
    } else {
        const char *begin = value.raw_json_token().data();
        const char *end = nullptr;
        if (const error_code error = skimJson(value, 2))
            return error;
        if (const error_code error = m_document.current_location().get(end))
            return error;
        text = {begin, std::size_t(end - begin)};
        text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
        m_flaws.add(Flaw::MetadataValue, key.substr(0, longestShown));
        m_oddMetadata += key.size() + text.size();
    }
    if (m.metadata.size() == mostMetadata) {
        refuse(tr("its __metadata__ has more than %1 texts").arg(exactText(qint64(mostMetadata))));
        return givenUp;
    }
    if (m_oddMetadata > mostOddMetadata || key.size() > longestName) {
        refuse(tr("its __metadata__ has names or values that are no texts with %1")
                   .arg(bytesText(qint64(std::max(m_oddMetadata, key.size())))));
        return givenUp;
    }
    m.metadata.emplace_back(key, text);
    return simdjson::SUCCESS;
}

error_code HeaderReader::readTensor(std::string_view name, ondemand::value value)
{
    Entry entry;
    ondemand::json_type type{};
    if (const error_code error = value.type().get(type))
        return error;
    error_code error = simdjson::SUCCESS;
    if (type == ondemand::json_type::object)
        error = readFields(name, value, entry);
    else if (type == ondemand::json_type::array)
        error = readRow(value, entry);
    else
        error = skimJson(value, 1);
    if (error)
        return error;
    if (entry.seen == Entry::AllFields) {
        add(name, entry);
        return simdjson::SUCCESS;
    }
    const QString missing = type != ondemand::json_type::object && type != ondemand::json_type::array
        ? tr("it is not an object")
        : !(entry.seen & Entry::DTypeField) ? tr("the field “dtype” is missing")
        : !(entry.seen & Entry::ShapeField) ? tr("the field “shape” is missing")
                                            : tr("the field “data_offsets” is missing");
    m_flaws.add(Flaw::BadEntry, name, missing);
    return simdjson::SUCCESS;
}

error_code HeaderReader::readFields(std::string_view name, ondemand::value value, Entry &entry)
{
    return eachJsonEntry(value.get_object(), [&](std::string_view key, ondemand::value field) {
        if (key == "dtype")
            return readField(Entry::DTypeField, field, entry);
        if (key == "shape")
            return readField(Entry::ShapeField, field, entry);
        if (key == "data_offsets")
            return readField(Entry::OffsetsField, field, entry);
        m_flaws.add(Flaw::ExtraField, name, displayName(key.substr(0, longestShown)));
        return skimJson(field, 2);
    });
}

/// The reference takes `["F32", [2], [0, 8]]` for an entry too.
error_code HeaderReader::readRow(ondemand::value value, Entry &entry)
{
    int number = 0;
    return eachJsonElement(value.get_array(), [&](ondemand::value element) {
        if (number == 3)
            entry.blame(Flaw::BadEntry, tr("it is a list of more than three values"));
        const int field = std::exchange(number, std::min(number + 1, 4));
        return field < 3 ? readField(Entry::Field(1 << field), element, entry) : skimJson(element, 2);
    });
}

error_code HeaderReader::readField(Entry::Field field, ondemand::value value, Entry &entry)
{
    if (entry.seen & field) {
        entry.blame(Flaw::BadEntry, tr("a field is there twice"));
        return skimJson(value, 2);
    }
    entry.seen |= field;
    switch (field) {
    case Entry::DTypeField: return readCode(value, entry);
    case Entry::ShapeField: return readShape(value, entry);
    default: return readOffsets(value, entry);
    }
}

error_code HeaderReader::readCode(ondemand::value value, Entry &entry)
{
    ondemand::json_type type{};
    if (const error_code error = value.type().get(type))
        return error;
    if (type == ondemand::json_type::string) {
        const error_code error = readJsonText(value, entry.code);
        if (entry.code.size() > longestCode)
            entry.blame(Flaw::BadEntry, tr("its dtype has %1").arg(bytesText(qint64(entry.code.size()))));
        entry.code = entry.code.substr(0, longestCode);
        return error;
    }
    entry.blame(Flaw::BadEntry, tr("its dtype is not a text"));
    return skimJson(value, 2);
}

template<typename Take>
error_code HeaderReader::readNumbers(ondemand::value value, Entry &entry, Flaw flaw, Take take)
{
    ondemand::json_type type{};
    if (const error_code error = value.type().get(type))
        return error;
    if (type != ondemand::json_type::array) {
        entry.blame(flaw, shownToken(value.raw_json_token()));
        return skimJson(value, 2);
    }
    return eachJsonElement(value.get_array(), [&](ondemand::value element) {
        uint64_t number = 0;
        if (element.get_uint64().get(number)) { // consumes nothing when it is no such number
            entry.blame(flaw, shownToken(element.raw_json_token()));
            if (const error_code error = skimJson(element, 3))
                return error;
        }
        take(number);
        return simdjson::SUCCESS;
    });
}

error_code HeaderReader::readShape(ondemand::value value, Entry &entry)
{
    const error_code error = readNumbers(value, entry, Flaw::BadShape, [&entry](quint64 size) {
        constexpr auto largest = quint64(std::numeric_limits<qint64>::max());
        entry.tooLarge = entry.tooLarge || size > largest;
        if (++entry.rank <= highestRank)
            entry.shape.append(qint64(size & largest));
    });
    if (entry.rank > highestRank)
        entry.blame(Flaw::RankTooHigh, exactText(entry.rank));
    return error;
}

error_code HeaderReader::readOffsets(ondemand::value value, Entry &entry)
{
    qint64 count = 0;
    const error_code error = readNumbers(value, entry, Flaw::BadOffsets, [&entry, &count](quint64 offset) {
        (count == 0 ? entry.begin : entry.end) = offset;
        ++count;
    });
    if (error)
        return error;
    if (count != 2) // of what is no list, the flaw is noted already and stays
        entry.blame(Flaw::BadOffsets, tr("there are %1 numbers instead of two").arg(count));
    else if (entry.begin > entry.end)
        entry.blame(Flaw::BadOffsets, tr("%1 is after %2").arg(entry.begin).arg(entry.end));
    return simdjson::SUCCESS;
}

/// Compare dtype, shape and range of a complete entry and store it.
void HeaderReader::add(std::string_view name, Entry &entry)
{
    Tensor tensor;
    tensor.dtype = dtypeFromSafetensors(entry.code);
    const bool isFour = tensor.dtype == DType::Float4E2M1FNx2;
    const quint64 bits = isFour          ? 4
        : tensor.dtype == DType::Unknown ? bitsOfUnsized(entry.code)
                                         : quint64(byteSize(tensor.dtype)) * 8;
    compareBytes(entry, bits);
    if (tensor.dtype == DType::Unknown && bits != 0)
        entry.blame(Flaw::UnsizedDType, displayName(entry.code));
    if (isFour && !entry.shape.isEmpty() && entry.shape.last() % 2 == 0)
        entry.shape.last() /= 2; // torch counts pairs, safetensors values
    else if (isFour && entry.flaw == Flaw::None)
        entry.blame(Flaw::UnsizedDType, tr("F4 with an odd last dimension"));

    if (entry.flaw != Flaw::None)
        m_flaws.add(entry.flaw, name, entry.detail);
    if (entry.flaw == Flaw::UnsizedDType)
        tensor.dtype = DType::Unknown;
    if (tensor.dtype == DType::Unknown)
        tensor.dtypeWord = m.numberOfDTypeWord(entry.code);
    tensor.name = m.names.store(name);
    tensor.shape = entry.shape;
    tensor.problem = quint32(entry.flaw);
    // Offsets beyond 63 bits cannot be inside any file: the largest number says that as well.
    constexpr quint64 farthest = quint64(std::numeric_limits<qint64>::max()) / 2;
    const quint64 begin = std::min(entry.begin, farthest);
    const quint64 end = std::clamp(entry.end, begin, farthest * 2);
    m_claimed = std::min(m_claimed, m_dataBytes) + std::min(end - begin, m_dataBytes);
    store(tensor, {0, Storage::Encoding::Raw, false, qint64(begin), qint64(end - begin), 0},
          entry.flaw != Flaw::None || end > m_dataBytes || m_claimed > m_dataBytes);
}

/// Whether the range has the bytes that dtype and shape need.
void HeaderReader::compareBytes(Entry &entry, quint64 bits)
{
    const std::optional<qint64> elements = entry.tooLarge ? std::nullopt : elementCount(entry.shape);
    quint64 allBits = 0;
    const bool isCountable = elements && !__builtin_mul_overflow(quint64(*elements), bits, &allBits);
    if (bits == 0)
        entry.blame(Flaw::UnknownDType, displayName(entry.code));
    if (!isCountable) {
        entry.blame(Flaw::ShapeOverflow, QString::fromStdString(shapeList(entry.shape)));
    } else if (bits != 0 && (allBits % 8 != 0 || allBits / 8 != entry.end - entry.begin)) {
        entry.blame(Flaw::SizeMismatch,
                    tr("they span %1 bytes, %2 of %3 needs %4 bits")
                        .arg(entry.end - entry.begin)
                        .arg(QString::fromStdString(shapeList(entry.shape)), displayName(entry.code))
                        .arg(allBits));
    }
}

void HeaderReader::store(const Tensor &tensor, const Storage &storage, bool isBad)
{
    m.tensors.push_back(tensor);
    m.storages.push_back(storage);
    m_bad += isBad ? 1 : 0;
    if (m_bad > mostBadTensors) {
        refuse(tr("more than %1 tensors in it cannot be read, lie outside the file or overlap")
                   .arg(exactText(mostBadTensors)));
    }
    if (m.tensors.size() - m_unique == tensorsPerIndexing)
        dropDuplicates(m.tensors.capacity());
}

void HeaderReader::move(quint32 from, quint32 to)
{
    if (from != to) {
        m.tensors[to] = m.tensors[from];
        m.storages[to] = m.storages[from];
    }
    m.tensors[to].storage = StorageId(to);
}

void HeaderReader::dropDuplicates(std::size_t expected)
{
    if (m_unique == 0)
        m_seen = NameIndex(expected);
    for (quint32 at = m_unique; at < m.tensors.size(); ++at) {
        move(at, m_unique);
        const quint32 first = m_seen.insert(m_unique, namesOf(m.tensors));
        if (first == NameIndex::none) {
            ++m_unique;
        } else {
            m_flaws.add(Flaw::DuplicateName, m.tensors[first].name);
            move(m_unique, first);
        }
    }
    m.tensors.resize(m_unique);
    m.storages.resize(m_unique);
}
}

Result<void> readSafetensorsHeader(JsonPieces &header, const QString &path, qint64 dataBytes, Checkpoint::Parts &parts,
                                   FlawTally &flaws, Progress &progress)
{
    HeaderReader reader(header, dataBytes, parts, flaws, progress);
    const QString file = displayName(QFileInfo(path).fileName().toStdString());
    while (!header.atEnd()) {
        const Result<std::string_view> piece = header.next();
        if (!piece)
            return piece.error();
        const error_code error = reader.read(*piece, header.isWhole());
        if (reader.isCancelled())
            return Error{Error::Kind::Cancelled, tr("Opening “%1” was cancelled.").arg(file), path};
        if (!reader.refusal().isEmpty())
            return Error{Error::Kind::Damaged, tr("The header of “%1” cannot be used: %2.").arg(file, reader.refusal()),
                         path};
        if (error == simdjson::SUCCESS)
            continue;
        if (error == simdjson::MEMALLOC)
            return Error{Error::Kind::OutOfMemory, tr("There is not enough memory for the header of “%1”.").arg(file),
                         path};
        if (error == simdjson::DEPTH_ERROR) {
            return Error{Error::Kind::Damaged,
                         tr("The header of “%1” nests values more than %2 deep.").arg(file).arg(deepestJson), path};
        }
        const qint64 offset = header.offsetOf(reader.errorPlace(*piece));
        return Error{Error::Kind::Damaged,
                     tr("“%1” looks like a safetensors file, but its header is not valid JSON near byte %2: %3.")
                         .arg(file)
                         .arg(offset)
                         .arg(jsonProblem(error)),
                     path, offset};
    }
    reader.dropDuplicates(parts.tensors.size());
    return {};
}

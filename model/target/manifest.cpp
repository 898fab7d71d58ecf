// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/formats/jsonoutline.h"
#include "model/formats/jsonpieces.h"
#include "model/target/target.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <array>

#include <simdjson.h>

namespace {
namespace dom = simdjson::dom;

constexpr std::string_view versionKey = "weightsmith-manifest";
constexpr qint64 knownVersion = 1;
constexpr qint64 largestManifest = 256 << 20;
constexpr std::size_t mostKeys = 1'000'000;
constexpr int mostSizes = 64; // as torch
/// Of one key with its shape, and of what stands before and behind the keys: the parser takes up to 20 times as much.
constexpr std::size_t longestEntry = 1 << 20;

/// Keys of a JSON object that tell what it is.
enum Mark : std::size_t { IsManifest, IsRecipe, IsCertificate, IsIndex };
constexpr std::array<std::string_view, 4> marks{versionKey, "weightsmith", "weightsmith-certificate", "weight_map"};

QString tr(const char *text)
{
    return QCoreApplication::translate("Manifest", text);
}

Error wrong(const QString &message)
{
    return {Error::Kind::BadTarget, message};
}

/// The few names of one object: says when one comes again. Unknown names end the reading, so the list stays short.
class SeenNames
{
public:
    bool again(std::string_view name)
    {
        if (std::find(m_names.begin(), m_names.end(), name) != m_names.end())
            return true;
        m_names.append(name);
        return false;
    }

private:
    QVarLengthArray<std::string_view, 8> m_names;
};

/// Reads one manifest; every sentence names the file.
class ManifestParser
{
public:
    explicit ManifestParser(const QString &fileName) : m_file(displayName(fileName.toStdString()))
    {
        m_parts.name = m_file;
        m_parts.spec = fileName;
    }

    Result<std::shared_ptr<const Target>> parse(const ByteSource &source, std::size_t usualPiece)
    {
        if (source.size() > std::size_t(largestManifest))
            return wrong(tr("“%1” has %2: too large for a manifest.").arg(m_file, bytesText(qint64(source.size()))));
        const Result<JsonOutline> outline = JsonOutline::read(source, "tensors", marks);
        if (!outline)
            return outline.error();
        const bool isManifest = outline->names[IsManifest];
        if (const QString other = isManifest ? QString() : otherKind(*outline); !other.isEmpty())
            return wrong(other);
        const JsonSpan &keys = isManifest ? outline->member : outline->top;
        if (keys.commas >= mostKeys)
            return wrong(tr("“%1” names more than %2 keys.").arg(m_file, exactText(qint64(mostKeys))));
        if (const Result<void> read = readFrame(source, keys, isManifest); !read)
            return read.error();
        if (const Result<void> read = readPieces(source, keys, usualPiece); !read)
            return read.error();
        return std::shared_ptr<const Target>(std::make_shared<Target>(std::move(m_parts)));
    }

private:
    /// What a JSON object is that people take for a manifest; empty when it may be one.
    QString otherKind(const JsonOutline &outline) const
    {
        if (outline.names[IsRecipe])
            return tr("“%1” is a recipe, not a target; a target is a checkpoint or a manifest.").arg(m_file);
        if (outline.names[IsCertificate])
            return tr("“%1” is a certificate, not a target; the file it was written for is one.").arg(m_file);
        if (outline.names[IsIndex])
            return tr("“%1” is the index of a sharded checkpoint: it names keys without shapes.").arg(m_file);
        return {};
    }

    Error notJson(simdjson::error_code code) const
    {
        return wrong(tr("“%1” is not valid JSON: %2.").arg(m_file, QString::fromUtf8(simdjson::error_message(code))));
    }

    /// All but the entries of the object with the keys.
    Result<void> readFrame(const ByteSource &source, const JsonSpan &keys, bool isManifest)
    {
        const auto notObject = [this] {
            return wrong(tr("“%1” is not a manifest: it should be a JSON object of keys and shapes.").arg(m_file));
        };
        const std::size_t head = keys.isThere ? keys.open + 1 : source.size();
        const std::size_t tail = keys.isThere ? source.size() - keys.close : 0;
        if (head > longestEntry && !isManifest && !keys.isThere)
            return notObject();
        if (head > longestEntry || tail > longestEntry) {
            return wrong(tr("“%1” has %2 beside its keys, more than the %3 that are read.")
                             .arg(m_file, bytesText(qint64(head + tail)), bytesText(qint64(longestEntry))));
        }
        std::string text(head + tail, '\0');
        if (const Result<void> read = source.readAt(0, std::span(text).first(head)); !read)
            return read;
        if (const Result<void> read = source.readAt(source.size() - tail, std::span(text).last(tail)); !read)
            return read;
        dom::parser parser;
        dom::element document;
        if (const auto code = parser.parse(text).get(document))
            return notJson(code);
        dom::object top;
        if (document.get(top))
            return notObject();
        return isManifest ? readManifest(top) : Result<void>();
    }

    Result<void> readPieces(const ByteSource &source, const JsonSpan &keys, std::size_t usualPiece)
    {
        if (!keys.isThere)
            return {};
        m_parts.keys.reserve(keys.commas + 1);
        JsonPieces pieces(source, qint64(keys.open), keys.bytes(source.size()), usualPiece, longestEntry);
        dom::parser parser;
        while (!pieces.atEnd()) {
            const Result<std::string_view> piece = pieces.next();
            if (!piece)
                return piece.error().kind == Error::Kind::Damaged ? wrong(piece.error().message) : piece.error();
            dom::object entries;
            if (const auto code = parser.parse(piece->data(), piece->size(), false).get(entries))
                return notJson(code);
            if (entries.size() == 0 && !pieces.isWhole())
                return notJson(simdjson::TAPE_ERROR);
            if (const Result<void> read = readKeys(entries); !read)
                return read;
        }
        return {};
    }

    Result<void> readManifest(const dom::object &top)
    {
        int64_t version = 0;
        if (top[versionKey].get(version) || version != knownVersion)
            return wrong(tr("“%1” is a manifest of another version; this program reads version 1.").arg(m_file));
        bool hasTensors = false;
        SeenNames seen;
        for (const dom::key_value_pair entry : top) {
            if (seen.again(entry.key))
                return wrong(tr("“%1” has the entry “%2” twice.").arg(m_file, displayName(entry.key)));
            if (entry.key == "tensors") {
                dom::object tensors;
                if (entry.value.get(tensors))
                    return wrong(tr("“tensors” of “%1” should be an object of keys.").arg(m_file));
                hasTensors = true;
                if (const Result<void> read = readKeys(tensors); !read)
                    return read;
            } else if (entry.key == "name" || entry.key == "source") {
                std::string_view text;
                if (entry.value.get(text))
                    return wrong(tr("“%1” of “%2” should be text.").arg(displayName(entry.key), m_file));
                (entry.key == "name" ? m_parts.name : m_parts.source) = displayName(text);
            } else if (entry.key == "attributes") {
                if (const Result<void> read = readAttributes(entry.value); !read)
                    return read;
            } else if (entry.key != versionKey) {
                return wrong(tr("“%1” has an unknown entry “%2”; a manifest has name, source, attributes and tensors.")
                                 .arg(m_file, displayName(entry.key)));
            }
        }
        return hasTensors ? Result<void>() : wrong(tr("“%1” has no “tensors”.").arg(m_file));
    }

    Result<void> readKeys(const dom::object &keys)
    {
        for (const dom::key_value_pair entry : keys) {
            TargetKey key;
            key.name = m_parts.names.store(entry.key);
            const Result<void> read =
                entry.value.is_array() ? readShape(entry.key, entry.value, key) : readKey(entry, key);
            if (!read)
                return read;
            m_parts.keys.push_back(std::move(key));
            if (m_seen.insert(quint32(m_parts.keys.size() - 1), namesOf(m_parts.keys)) != NameIndex::none)
                return wrong(tr("“%1” names the key “%2” twice.").arg(m_file, displayName(entry.key)));
        }
        return {};
    }

    Result<void> readKey(const dom::key_value_pair &entry, TargetKey &key)
    {
        dom::object fields;
        if (entry.value.get(fields)) {
            return wrong(tr("The key “%1” of “%2” should have a shape like [64, 3, 7, 7] or an object with a shape.")
                             .arg(displayName(entry.key), m_file));
        }
        bool hasShape = false;
        SeenNames seen;
        for (const dom::key_value_pair field : fields) {
            std::string_view text;
            if (seen.again(field.key)) {
                return wrong(tr("The key “%1” of “%2” has the field “%3” twice.")
                                 .arg(displayName(entry.key), m_file, displayName(field.key)));
            }
            if (field.key == "shape") {
                hasShape = true;
                key.anyShape = field.value.is_null();
                if (key.anyShape)
                    continue;
                if (const Result<void> read = readShape(entry.key, field.value, key); !read)
                    return read;
            } else if (field.key == "dtype") {
                key.dtype = field.value.get(text) ? DType::Unknown : dtypeFromWord(text);
                if (key.dtype == DType::Unknown) {
                    return wrong(tr("The dtype of “%1” in “%2” is not one of torch's, like float32.")
                                     .arg(displayName(entry.key), m_file));
                }
            } else if (field.key == "role") {
                if (field.value.get(text) || (text != "parameter" && text != "buffer")) {
                    return wrong(tr("The role of “%1” in “%2” should be “parameter” or “buffer”.")
                                     .arg(displayName(entry.key), m_file));
                }
                key.role = text == "parameter" ? TargetKey::Role::Parameter : TargetKey::Role::Buffer;
            } else if (field.key == "tie") {
                uint64_t tie = 0;
                if (field.value.get(tie) || tie == 0 || tie > 0xFFFFFFFFu)
                    return wrong(
                        tr("The tie of “%1” in “%2” should be a number from 1.").arg(displayName(entry.key), m_file));
                key.tie = quint32(tie);
            } else {
                return wrong(tr("The key “%1” of “%2” has an unknown field “%3”; it takes dtype, shape, role and tie.")
                                 .arg(displayName(entry.key), m_file, displayName(field.key)));
            }
        }
        return hasShape ? Result<void>()
                        : wrong(tr("The key “%1” of “%2” has no shape.").arg(displayName(entry.key), m_file));
    }

    Result<void> readShape(std::string_view name, const dom::element &value, TargetKey &key)
    {
        dom::array sizes;
        const QString bad = tr("The shape of “%1” in “%2” should be a list of sizes, none negative.");
        if (value.get(sizes))
            return wrong(bad.arg(displayName(name), m_file));
        SizeList read;
        for (const dom::element size : sizes) {
            int64_t number = 0;
            if (size.get(number) || number < 0)
                return wrong(bad.arg(displayName(name), m_file));
            if (read.size() == mostSizes) {
                return wrong(tr("The shape of “%1” in “%2” has more than %3 sizes.")
                                 .arg(displayName(name), m_file)
                                 .arg(mostSizes));
            }
            read.append(number);
        }
        key.shape = read;
        if (!elementCount(key.shape)) {
            return wrong(tr("The shape of “%1” in “%2” has more elements than 63 bits can count.")
                             .arg(displayName(name), m_file));
        }
        return {};
    }

    Result<void> readAttributes(const dom::element &value)
    {
        dom::object attributes;
        if (value.get(attributes))
            return wrong(tr("“attributes” of “%1” should be an object.").arg(m_file));
        for (const dom::key_value_pair entry : attributes) {
            const std::optional<Attribute> attribute = readAttribute(entry.value);
            if (!attribute) {
                return wrong(tr("The attribute “%1” of “%2” should be true, false, a number, text, or a list of whole "
                                "numbers or of texts.")
                                 .arg(displayName(entry.key), m_file));
            }
            if (!m_parts.attributes.try_emplace(std::string(entry.key), *attribute).second)
                return wrong(tr("“%1” states the attribute “%2” twice.").arg(m_file, displayName(entry.key)));
        }
        return {};
    }

    static std::optional<Attribute> readAttribute(const dom::element &value)
    {
        switch (value.type()) {
        case dom::element_type::BOOL: return bool(value);
        case dom::element_type::INT64: return qint64(int64_t(value));
        case dom::element_type::DOUBLE: return double(value);
        case dom::element_type::STRING: return std::string(std::string_view(value));
        case dom::element_type::ARRAY: return readList(dom::array(value));
        default: return std::nullopt;
        }
    }

    static std::optional<Attribute> readList(const dom::array &list)
    {
        std::vector<qint64> numbers;
        std::vector<std::string> texts;
        for (const dom::element item : list) {
            if (item.is<int64_t>())
                numbers.push_back(int64_t(item));
            else if (item.is<std::string_view>())
                texts.emplace_back(std::string_view(item));
            else
                return std::nullopt;
        }
        if (!numbers.empty() && !texts.empty())
            return std::nullopt;
        if (!texts.empty())
            return texts;
        return numbers;
    }

    QString m_file;
    Target::Parts m_parts;
    NameIndex m_seen;
};

/// A number that reads back as one with a fraction: 2.0, not 2.
std::string numberText(double number)
{
    JsonWriter json;
    std::string text = json.value(number).take();
    return text.find_first_of(".eE\"") == std::string::npos ? text + ".0" : text;
}

void writeAttribute(JsonWriter &json, const Attribute &attribute)
{
    const auto list = [&](const auto &items) {
        json.beginArray();
        for (const auto &item : items)
            json.value(item);
        json.endArray();
    };
    std::visit(
        [&](const auto &value) {
            using T = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<T, std::vector<qint64>> || std::is_same_v<T, std::vector<std::string>>)
                list(value);
            else if constexpr (std::is_same_v<T, double>)
                json.raw(numberText(value));
            else
                json.value(value);
        },
        attribute);
}
}

Result<std::shared_ptr<const Target>> parseManifest(std::string_view json, const QString &fileName,
                                                    std::size_t pieceBytes)
{
    return ManifestParser(fileName).parse(ByteSource(json, fileName), pieceBytes);
}

Result<std::shared_ptr<const Target>> readManifest(const InputFile &file)
{
    return ManifestParser(QFileInfo(file.path()).fileName()).parse(file, usualManifestPiece);
}

std::string printManifest(const Target &target)
{
    JsonWriter json;
    json.beginObject();
    json.key(versionKey).value(knownVersion);
    json.key("name").value(target.name().toStdString());
    json.key("source").value(target.source().toStdString());
    json.key("attributes").beginObject();
    for (const auto &[name, attribute] : target.attributes()) {
        json.key(name);
        writeAttribute(json, attribute);
    }
    json.endObject().key("tensors").raw("{");
    std::string text = json.take();
    // One key a line, so that manifests can be read and compared by people.
    for (std::size_t i = 0; i < target.keys().size(); ++i) {
        const TargetKey &key = target.keys()[i];
        JsonWriter line;
        line.beginObject();
        if (key.dtype != DType::Unknown)
            line.key("dtype").value(word(key.dtype));
        line.key("shape").raw(key.anyShape ? "null" : shapeList(key.shape));
        if (key.role != TargetKey::Role::Unknown)
            line.key("role").value(key.role == TargetKey::Role::Parameter ? "parameter" : "buffer");
        if (key.tie != 0)
            line.key("tie").value(qint64(key.tie));
        line.endObject();
        text += i == 0 ? "\n" : ",\n";
        text += "  " + jsonString(key.name) + ": " + line.text();
    }
    return text + "\n}}\n";
}

// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/certificatereader.h"

#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/formats/jsonoutline.h"
#include "model/formats/jsonvalues.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace {
namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

constexpr std::string_view versionKey = "weightsmith-certificate";
constexpr qint64 knownVersion = 1;
/// Of all that stands beside the tensors: the recipe, and the keys that the fit lists.
constexpr std::size_t mostFrame = 64 << 20;
constexpr std::size_t longestEntry = 1 << 20; ///< of one tensor
constexpr std::size_t mostTensors = 4'000'000;
constexpr int mostSizes = 64; // as torch
constexpr error_code refused = simdjson::UNEXPECTED_ERROR; // ends reading; what is said is m_refusal

QString tr(const char *text)
{
    return QCoreApplication::translate("Certificate", text);
}

bool isDigest(std::string_view text)
{
    return text.size() == ContentHash().digits.size()
        && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

ContentHash digest(std::string_view text)
{
    ContentHash hash;
    std::copy(text.begin(), text.end(), hash.digits.begin());
    return hash;
}

class CertificateReader
{
public:
    CertificateReader(const ByteSource &source, std::size_t pieceBytes)
        : m_source(source)
        , m_pieceBytes(pieceBytes)
        , m_name(displayName(QFileInfo(source.name()).fileName().toStdString()))
    {}

    Result<Certificate> read()
    {
        const Result<JsonOutline> outline = JsonOutline::read(m_source, "tensors", std::span(&versionKey, 1));
        if (!outline)
            return outline.error();
        if (!outline->names[0] || !outline->member.isThere)
            return damaged(tr("“%1” is not a certificate; expected JSON that weightsmith convert --certificate wrote, "
                              "with “%2” and “tensors”.")
                               .arg(m_name, QString::fromLatin1(versionKey)));
        if (outline->member.commas >= mostTensors)
            return damaged(tr("“%1” names more than %2 tensors.").arg(m_name, exactText(qint64(mostTensors))));
        if (const Result<void> done = readFrame(outline->member); !done)
            return done.error();
        if (const Result<void> done = readTensors(outline->member); !done)
            return done.error();
        return std::move(m_certificate);
    }

private:
    Error damaged(const QString &message) const { return {Error::Kind::Damaged, message, m_source.name()}; }

    /// For a reason of ours; the parser's error is of no interest then.
    error_code refuse(const QString &why)
    {
        m_refusal = m_refusal.isEmpty() ? why : m_refusal;
        return refused;
    }

    template<typename Visit>
    Result<void> eachEntry(JsonPieces pieces, Visit visit)
    {
        ondemand::parser parser;
        error_code error = simdjson::SUCCESS;
        while (!error && !pieces.atEnd()) {
            const Result<std::string_view> piece = pieces.next();
            if (!piece)
                return piece.error();
            const simdjson::padded_string_view json(piece->data(), piece->size(), piece->size() + JsonPieces::padding);
            ondemand::document document;
            error = parser.iterate(json).get(document);
            if (!error)
                error = eachEntryOfPiece(document, pieces.isWhole(), visit);
            if (!m_refusal.isEmpty())
                return damaged(m_refusal);
        }
        return error ? damaged(tr("“%1” is not valid JSON as a certificate is: %2.").arg(m_name, jsonProblem(error)))
                     : Result<void>();
    }

    Result<void> readFrame(const JsonSpan &tensors)
    {
        const std::size_t head = tensors.open + 1;
        const std::size_t tail = m_source.size() - tensors.close;
        if (head + tail > mostFrame) {
            return damaged(tr("“%1” has %2 beside its tensors, more than the %3 that are read.")
                               .arg(m_name, bytesText(qint64(head + tail)), bytesText(qint64(mostFrame))));
        }
        std::string text(head + tail, '\0');
        if (const Result<void> read = m_source.readAt(0, std::span(text).first(head)); !read)
            return read;
        if (const Result<void> read = m_source.readAt(m_source.size() - tail, std::span(text).last(tail)); !read)
            return read;
        const ByteSource frame(text, m_source.name());
        const Result<void> read =
            eachEntry(JsonPieces(frame, 0, text.size(), m_pieceBytes),
                      [this](std::string_view key, ondemand::value value) { return readTop(key, value); });
        if (!read)
            return read;
        for (const Field &field : m_fields) {
            if (!field.isThere)
                return damaged(tr("“%1” has no “%2”.").arg(m_name, QString::fromLatin1(field.name)));
        }
        return {};
    }

    error_code readTop(std::string_view key, ondemand::value value)
    {
        const auto field = std::find_if(m_fields.begin(), m_fields.end(),
                                        [key](const Field &candidate) { return candidate.name == key; });
        if (field == m_fields.end())
            return skimJson(value, 1);
        if (std::exchange(field->isThere, true))
            return refuse(tr("“%1” has “%2” twice.").arg(m_name, displayName(key)));
        return (this->*field->read)(value);
    }

    error_code readVersion(ondemand::value value)
    {
        int64_t version = 0;
        const error_code error = value.get_int64().get(version);
        if (!error && version == knownVersion)
            return error;
        return refuse(tr("“%1” is a certificate of another version; this program reads version 1.").arg(m_name));
    }

    error_code readSource(ondemand::value value)
    {
        return eachJsonEntry(value.get_object(), [this](std::string_view key, ondemand::value entry) {
            if (key == "files")
                return readFiles(entry, m_certificate.sources);
            return key == "root" ? readText(entry, m_certificate.sourceRoot) : skimJson(entry, 2);
        });
    }

    error_code readOutput(ondemand::value value)
    {
        return eachJsonEntry(value.get_object(), [this](std::string_view key, ondemand::value entry) {
            return key == "files" ? readFiles(entry, m_certificate.outputs) : skimJson(entry, 2);
        });
    }

    error_code readFiles(ondemand::value value, std::vector<FileDigest> &files)
    {
        return eachJsonElement(value.get_array(), [&](ondemand::value element) {
            FileDigest file;
            bool hasPath = false;
            bool hasHash = false;
            int64_t bytes = -1;
            const error_code error =
                eachJsonEntry(element.get_object(), [&](std::string_view key, ondemand::value entry) {
                    if (key == "bytes")
                        return entry.get_int64().get(bytes);
                    if (key != "path" && key != "xxh3")
                        return skimJson(entry, 4);
                    std::string_view text;
                    const error_code problem = entry.get_string().get(text);
                    if (problem)
                        return problem;
                    if (key == "path") {
                        hasPath = true;
                        file.path = QString::fromUtf8(text.data(), qsizetype(text.size()));
                    } else if (isDigest(text)) {
                        hasHash = true;
                        file.xxh3 = digest(text);
                    }
                    return problem;
                });
            if (error)
                return error;
            file.bytes = bytes;
            if (!hasPath || !hasHash || bytes < 0)
                return refuse(tr("A file in “%1” has no path, no bytes or no xxh3 of 32 digits.").arg(m_name));
            files.push_back(std::move(file));
            return error;
        });
    }

    template<typename Text>
    static error_code readText(ondemand::value value, Text &text)
    {
        std::string_view read;
        const error_code error = value.get_string().get(read);
        if (!error)
            text = read;
        return error;
    }

    error_code readRecipe(ondemand::value value) { return readText(value, m_certificate.recipe); }
    error_code readDevice(ondemand::value value) { return readText(value, m_certificate.device); }

    error_code readTarget(ondemand::value value)
    {
        ondemand::json_type type{};
        if (const error_code error = value.type().get(type))
            return error;
        if (type == ondemand::json_type::null)
            return skimJson(value, 1);
        return readText(value, m_certificate.target);
    }

    Result<void> readTensors(const JsonSpan &span)
    {
        m_certificate.tensors.reserve(span.commas + 1);
        return eachEntry(JsonPieces(m_source, qint64(span.open), span.bytes(m_source.size()), m_pieceBytes,
                                    std::max(m_pieceBytes, longestEntry)),
                         [this](std::string_view key, ondemand::value value) { return readTensor(key, value); });
    }

    error_code readTensor(std::string_view name, ondemand::value value)
    {
        CertifiedTensor tensor;
        bool hasShape = false;
        bool hasHash = false;
        // The parser gives an unescaped key until the next text is read.
        tensor.name = m_certificate.names.store(name);
        const error_code error = eachJsonEntry(value.get_object(), [&](std::string_view key, ondemand::value entry) {
            if (key == "shape") {
                hasShape = true;
                return readShape(entry, tensor);
            }
            if (key != "dtype" && key != "xxh3")
                return skimJson(entry, 2);
            std::string_view text;
            const error_code problem = entry.get_string().get(text);
            if (!problem && key == "dtype") {
                tensor.dtype = dtypeFromWord(text);
            } else if (!problem && isDigest(text)) {
                hasHash = true;
                tensor.content = digest(text);
            }
            return problem;
        });
        if (error)
            return error;
        if (!hasShape || !hasHash || tensor.dtype == DType::Unknown) {
            return refuse(tr("The tensor “%1” in “%2” has no dtype of torch's, no shape or no xxh3 of 32 digits.")
                              .arg(displayName(tensor.name), m_name));
        }
        m_certificate.tensors.push_back(tensor);
        if (m_seen.insert(quint32(m_certificate.tensors.size() - 1), namesOf(m_certificate.tensors)) != NameIndex::none)
            return refuse(tr("“%1” names the tensor “%2” twice.").arg(m_name, displayName(tensor.name)));
        return error;
    }

    error_code readShape(ondemand::value value, CertifiedTensor &tensor)
    {
        SizeList sizes;
        const error_code error = eachJsonElement(value.get_array(), [&](ondemand::value element) {
            int64_t size = 0;
            const error_code problem = element.get_int64().get(size);
            if (!problem && (size < 0 || sizes.size() == mostSizes)) {
                return refuse(tr("The shape of “%1” in “%2” should be a list of up to 64 sizes, none negative.")
                                  .arg(displayName(tensor.name), m_name));
            }
            sizes.append(size);
            return problem;
        });
        tensor.shape = Shape(sizes);
        if (!error && !elementCount(tensor.shape)) {
            return refuse(tr("The shape of “%1” in “%2” has more elements than 63 bits can count.")
                              .arg(displayName(tensor.name), m_name));
        }
        return error;
    }

    struct Field
    {
        std::string_view name;
        error_code (CertificateReader::*read)(ondemand::value);
        bool isThere = false;
    };

    const ByteSource &m_source;
    std::size_t m_pieceBytes;
    QString m_name;
    Certificate m_certificate;
    NameIndex m_seen;
    QString m_refusal;
    std::array<Field, 6> m_fields{{{versionKey, &CertificateReader::readVersion},
                                   {"source", &CertificateReader::readSource},
                                   {"recipe", &CertificateReader::readRecipe},
                                   {"target", &CertificateReader::readTarget},
                                   {"output", &CertificateReader::readOutput},
                                   {"device", &CertificateReader::readDevice}}};
};
}

Result<Certificate> readCertificate(const ByteSource &source, std::size_t pieceBytes)
{
    return CertificateReader(source, pieceBytes).read();
}

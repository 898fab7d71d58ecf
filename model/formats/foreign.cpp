// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/foreign.h"

#include <QByteArrayView>
#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace {
using namespace std::string_view_literals;

QString tr(const char *text)
{
    return QCoreApplication::translate("Foreign", text);
}

/// A format that is told by fixed bytes at a fixed place.
struct Magic
{
    std::size_t offset;
    std::string_view bytes;
    const char *text;
};

constexpr std::array magics{
    Magic{0, "PK\3\4"sv, QT_TRANSLATE_NOOP("Foreign", "is a zip archive without a PyTorch checkpoint in it")},
    Magic{0, "PK\5\6"sv, QT_TRANSLATE_NOOP("Foreign", "is an empty zip archive")},
    Magic{0, "PYTORCH1"sv,
          QT_TRANSLATE_NOOP("Foreign", "is in the container of the PyTorch 1.0 preview, which nothing reads any more")},
    Magic{0, "\x1F\x8B"sv, QT_TRANSLATE_NOOP("Foreign", "is compressed with gzip: unpack it and open what comes out")},
    Magic{0, "BZh"sv, QT_TRANSLATE_NOOP("Foreign", "is compressed with bzip2: unpack it and open what comes out")},
    Magic{0, "\xFD\x37zXZ\0"sv,
          QT_TRANSLATE_NOOP("Foreign", "is compressed with xz: unpack it and open what comes out")},
    Magic{0, "\x28\xB5\x2F\xFD"sv,
          QT_TRANSLATE_NOOP("Foreign", "is compressed with zstd: unpack it and open what comes out")},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv,
          QT_TRANSLATE_NOOP("Foreign", "is a 7z archive: unpack it and open the checkpoint inside")},
    Magic{0, "Rar!\x1A\x07"sv,
          QT_TRANSLATE_NOOP("Foreign", "is a rar archive: unpack it and open the checkpoint inside")},
    Magic{0, "GGUF"sv, QT_TRANSLATE_NOOP("Foreign", "is a GGUF file, which this version does not open")},
    Magic{0, "\x93NUMPY"sv,
          QT_TRANSLATE_NOOP("Foreign", "is a single NumPy array (.npy), which this version does not open")},
    Magic{0, "\x89HDF\r\n\x1A\n"sv,
          QT_TRANSLATE_NOOP("Foreign", "is an HDF5 file (Keras, for example), which this version does not open")},
    Magic{4, "PTMF"sv,
          QT_TRANSLATE_NOOP("Foreign", "is a PyTorch Mobile flatbuffer, which this version does not open")},
    Magic{4, "TFL3"sv, QT_TRANSLATE_NOOP("Foreign", "is a TensorFlow Lite model, which this version does not open")},
    Magic{
        0, "version https://git-lfs"sv,
        QT_TRANSLATE_NOOP("Foreign", "is a Git LFS pointer, not the checkpoint itself: fetch it with `git lfs pull`")},
    Magic{0, "%PDF-"sv, QT_TRANSLATE_NOOP("Foreign", "is a PDF document")},
    Magic{0, "\x89PNG\r\n"sv, QT_TRANSLATE_NOOP("Foreign", "is a PNG picture")},
    Magic{0, "\xFF\xD8\xFF"sv, QT_TRANSLATE_NOOP("Foreign", "is a JPEG picture")},
    Magic{0,
          "\x7F"
          "ELF"sv,
          QT_TRANSLATE_NOOP("Foreign", "is a program or library (ELF)")},
    Magic{0, "SQLite format 3\0"sv, QT_TRANSLATE_NOOP("Foreign", "is an SQLite database")},
};

/// A tar has no bytes of its own at its start, but a checksum (its own eight bytes counted as blanks).
bool isTar(std::string_view head)
{
    constexpr std::size_t checksumAt = 148;
    constexpr std::size_t checksumSize = 8;
    if (head.size() < foreignHeadBytes)
        return false;
    unsigned sum = unsigned(' ') * checksumSize;
    for (std::size_t at = 0; at < foreignHeadBytes; ++at) {
        if (at < checksumAt || at >= checksumAt + checksumSize)
            sum += static_cast<unsigned char>(head[at]);
    }
    unsigned stated = 0;
    bool hasDigit = false;
    for (const char c : head.substr(checksumAt, checksumSize)) {
        if (c >= '0' && c <= '7') {
            stated = stated * 8 + unsigned(c - '0');
            hasDigit = true;
        } else if (hasDigit) {
            break;
        }
    }
    return hasDigit && stated == sum;
}

bool isText(std::string_view head)
{
    for (int cut = 0; cut < 3 && !head.empty() && static_cast<unsigned char>(head.back()) >= 0x80; ++cut)
        head.remove_suffix(1); // the last letter may be cut in two
    return QByteArrayView(head.data(), qsizetype(head.size())).isValidUtf8()
        && std::none_of(head.begin(), head.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte == 0x7F || (byte < 0x20 && "\t\n\r\f\x1B"sv.find(c) == std::string_view::npos);
           });
}

/// Texts people get instead of a checkpoint. `lower` is in lower case and begins with no blank.
QString textFormat(std::string_view lower)
{
    const auto begins = [&](std::string_view start) { return lower.substr(0, start.size()) == start; };
    const auto has = [&](std::string_view part) { return lower.find(part) != std::string_view::npos; };
    if (begins("<!doctype") || begins("<html") || begins("<head"))
        return tr("is a web page, not a checkpoint: the download gave a page instead of the file");
    if (begins("{") && has("\"weight_map\""))
        return tr("is the index of a checkpoint in several files, but its name does not end with “.index.json”: "
                  "give it its name back, beside the files it names");
    if (begins("{") && (begins("{\"error") || begins("{\"message") || has("\"error\"")))
        return tr("is an error message of a server (JSON), not a checkpoint: the download failed");
    if (begins("<?xml"))
        return tr("is an XML text, not a checkpoint: the download may have given an error message instead of the file");
    if (begins("{") || begins("["))
        return tr("is a JSON text, not a checkpoint");
    return tr("is a text file, not a checkpoint");
}

/// Protobuf messages say little about themselves; field numbers and the words in the first bytes have to do.
QString protobufFormat(std::string_view head)
{
    const bool beginsWithVersion = head.size() > 4 && head[0] == '\x08' && head[1] > 0 && head[1] < 32;
    if (beginsWithVersion && head[2] == '\x12' && head.find("saved_model"sv) == std::string_view::npos
        && head.find("serve"sv) == std::string_view::npos)
        return tr("seems to be an ONNX model, which this version does not open");
    if (beginsWithVersion && head[2] == '\x12')
        return tr("seems to be a TensorFlow model, which this version does not open");
    return {};
}
}

QString foreignFormat(std::span<const std::byte> bytes, qint64 fileBytes)
{
    const std::string_view head(reinterpret_cast<const char *>(bytes.data()), std::min(bytes.size(), foreignHeadBytes));
    if (fileBytes == 0)
        return tr("is empty");
    for (const Magic &magic : magics) {
        if (head.size() >= magic.offset && head.substr(magic.offset, magic.bytes.size()) == magic.bytes)
            return tr(magic.text);
    }
    if (isTar(head))
        return tr("is a tar archive: unpack it and open the checkpoint inside");
    if (isText(head)) {
        std::string lower(head.substr(std::min(head.find_first_not_of(" \t\r\n\f"), head.size())));
        if (lower.substr(0, 3) == "\xEF\xBB\xBF")
            lower.erase(0, 3);
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return char(std::tolower(c)); });
        return textFormat(lower);
    }
    if (const QString format = protobufFormat(head); !format.isEmpty())
        return format;
    if (head.size() >= 2 && head[0] == '\x80' && head[1] >= 0 && head[1] <= 5)
        return tr("is a Python pickle, but not one that torch.save has written");
    if (std::all_of(head.begin(), head.end(), [](char c) { return c == 0; }))
        return tr("begins with nothing but zeros: the download or copy did not complete");
    constexpr qint64 shortest = 16;
    if (fileBytes < shortest)
        return tr("is too short for a checkpoint: it has %1 bytes").arg(fileBytes);
    return tr("is of no kind that this version knows");
}

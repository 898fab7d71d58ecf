// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/numeric/torchpackage.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>

namespace {
using namespace Qt::StringLiterals;

/// Empty if there is no such package.
QString versionOf(const QString &folder)
{
    constexpr qint64 enough = 65536;
    QFile file(folder + "/version.py"_L1);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression pattern(uR"(^__version__ *(?:: *str *)?= *['"](\d+\.\d+\.\d+))"_s,
                                            QRegularExpression::MultilineOption);
    return pattern.match(QString::fromLatin1(file.read(enough))).captured(1);
}

QString cacheFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + "/weightsmith/torch-"_L1
        + QString::fromLatin1(WEIGHTSMITH_TORCH_VERSION) + "/torch"_L1;
}

/// What fetches LibTorch: beside the installed programs, or in the source tree.
QString fetchScript()
{
    const QString installed =
        QDir::cleanPath(QCoreApplication::applicationDirPath() + "/../share/weightsmith/fetch-torch.sh"_L1);
    return QFile::exists(installed) ? installed : u"packaging/fetch-torch.sh"_s;
}
}

TorchPlaces TorchPlaces::ofThisBuild()
{
    return {qEnvironmentVariable("WEIGHTSMITH_TORCH"),
            {QStringLiteral(WEIGHTSMITH_TORCH_DIR), cacheFolder()},
            QStringLiteral(WEIGHTSMITH_TORCH_VERSION)};
}

Result<TorchPackage> findTorch(const TorchPlaces &places)
{
    QStringList looked;
    for (const QString &folder : places.named.isEmpty() ? places.usual : QStringList{places.named}) {
        const QString version = versionOf(folder);
        if (version == places.version)
            return TorchPackage{folder, version};
        looked += version.isEmpty() ? u"%1 (no torch package)"_s.arg(folder) : u"%1 (torch %2)"_s.arg(folder, version);
    }
    looked.removeDuplicates();
    return Error{Error::Kind::Device,
                 u"LibTorch %1, which computes tensor values, was not found. Looked in %2. Run %3 to get it, or "
                 "name the folder of a torch package of that version in WEIGHTSMITH_TORCH."_s.arg(
                     places.version, looked.join(", "_L1), fetchScript())};
}

// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/numeric/entry.h"
#include "model/numeric/torchpackage.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStringList>

#include <dlfcn.h>

#include <mutex>

namespace {
using namespace Qt::StringLiterals;

/// What is mapped into this process: it stays, so there is one of it.
struct Loaded
{
    std::mutex mutex;
    MakeEvaluator *make = nullptr;
    QString cudaProblem; ///< why there is no CUDA; empty: there is
};

Result<void *> open(const QString &path, int flags)
{
    if (void *library = dlopen(QFile::encodeName(path).constData(), flags))
        return library;
    return Error{Error::Kind::Device, u"%1 could not be loaded: %2."_s.arg(path, QString::fromLocal8Bit(dlerror()))};
}

/// Beside the programs in the build tree as installed: ../lib/weightsmith.
Result<QString> numericLibrary()
{
    const QString bin = QCoreApplication::applicationDirPath();
    const QStringList places{QDir::cleanPath(bin + "/../"_L1 + QStringLiteral(WEIGHTSMITH_LIBDIR)), bin};
    for (const QString &place : places) {
        const QString path = place + "/libweightsmith_numeric.so"_L1;
        if (QFile::exists(path))
            return path;
    }
    return Error{Error::Kind::Device,
                 u"libweightsmith_numeric.so, the part of Weightsmith that computes tensor values, is not in %1."_s.arg(
                     places.join(u" or "_s))};
}

/// Why CUDA cannot be used; empty if its libraries are loaded.
QString loadCuda(const TorchPackage &torch)
{
    if (!dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL))
        return u"There is no NVIDIA driver (libcuda.so.1 could not be loaded)."_s;
    const QString path = torch.folder + "/lib/libtorch_cuda.so"_L1;
    if (!QFile::exists(path))
        return u"The torch package in %1 has no CUDA part."_s.arg(torch.folder);
    const auto library = open(path, RTLD_LAZY | RTLD_GLOBAL);
    return library ? QString() : library.error().message;
}

/// Load everything in the one order that works: ATen looks for CUDA once, at the first question it is asked.
Result<void> load(Loaded &loaded, DeviceChoice::Kind kind)
{
    const auto torch = findTorch(TorchPlaces::ofThisBuild());
    if (!torch)
        return torch.error();
    const auto numeric = numericLibrary();
    if (!numeric)
        return numeric.error();
    for (const char *name : {"/lib/libc10.so", "/lib/libtorch_cpu.so"}) {
        if (const auto library = open(torch->folder + QLatin1StringView(name), RTLD_LAZY | RTLD_LOCAL); !library)
            return library.error();
    }
    const QString cudaProblem = kind == DeviceChoice::Kind::Cpu
        ? u"This program began to compute on the processor; start it anew to compute on a GPU."_s
        : loadCuda(*torch);
    const auto library = open(*numeric, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return library.error();
    void *symbol = dlsym(*library, "weightsmith_make_evaluator");
    if (!symbol)
        return Error{Error::Kind::Device, u"%1 belongs to another version of Weightsmith."_s.arg(*numeric)};
    loaded.make = reinterpret_cast<MakeEvaluator *>(symbol);
    loaded.cudaProblem = cudaProblem;
    return {};
}
}

Result<std::shared_ptr<Evaluator>> loadEvaluator(const DeviceChoice &device)
{
    static Loaded loaded;
    const std::lock_guard lock(loaded.mutex);
    if (!loaded.make) {
        if (const auto done = load(loaded, device.kind); !done)
            return done.error();
    }
    if (device.kind == DeviceChoice::Kind::Cuda && !loaded.cudaProblem.isEmpty())
        return Error{Error::Kind::Device,
                     u"The device cuda:%1 cannot be used. %2"_s.arg(device.index).arg(loaded.cudaProblem)};
    // Every expression there is reads a value once and computes little: it is not worth the way to a GPU and back, so
    // `auto` means the processor.
    const int cuda = device.kind == DeviceChoice::Kind::Cuda ? device.index : -1;
    Result<std::shared_ptr<Evaluator>> evaluator = Error{Error::Kind::Device, {}};
    loaded.make(cuda, &evaluator);
    return evaluator;
}
